import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { createLatency } from '../../../src/core/latency.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
const page = readFileSync(join(root, 'docs', 'features', 'events.md'), 'utf8');
const source = readFileSync(join(root, 'server', 'src', 'core', 'events.ts'), 'utf8');

/** Each event's fields but its type, as the union in the source names them. */
function declared(): Record<string, string[]> {
  const union = source.slice(source.indexOf('export type CacheEvent'), source.indexOf('export class EventHub'));
  const members = [...union.matchAll(/\{\s*type: '([a-z-]+)';?([^}]*)\}/g)];
  return Object.fromEntries(
    members.map(([, type, rest]) => [type, [...(rest ?? '').matchAll(/(\w+)\??:/g)].map(([, name]) => name as string)]),
  );
}

function documented(): Record<string, string[]> {
  const [events] = page.split('## Latency');
  const rows = [...(events ?? '').matchAll(/^\| `([a-z-]+)` +\| ([^|]*)\|/gm)];
  return Object.fromEntries(
    rows.map(([, type, fields]) => [type, [...(fields ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name as string)]),
  );
}

describe('the page on events', () => {
  it('names every event with its fields, and no other', () => {
    expect(Object.keys(declared()).length).toBeGreaterThan(10);
    expect(documented()).toEqual(declared());
  });

  it('names every histogram', () => {
    const rows = [...page.matchAll(/^\| `(\w+)` +\| `(l\d)` \|/gm)].map(
      ([, operation, tier]) => `${operation} ${tier}`,
    );
    expect(rows.sort()).toEqual(
      Object.values(createLatency())
        .map(({ operation, tier }) => `${operation} ${tier}`)
        .sort(),
    );
  });
});
