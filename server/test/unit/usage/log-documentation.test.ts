import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { Logger } from '../../../src/core/contracts.js';
import type { CacheEvent } from '../../../src/core/events.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { eventLog } from '../../../src/usage/event-log.js';

const server = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const page = readFileSync(join(server, '..', 'docs', 'features', 'logs.md'), 'utf8');
const tenant = tenantId('a');

type Samples = { readonly [T in CacheEvent['type']]: readonly Omit<Extract<CacheEvent, { type: T }>, 'type'>[] };

const crossing = { tenant, usedBytes: 1, quotaBytes: 2, hardLimitBytes: 3, atMs: 4 };
const reconciled = {
  tenant,
  trigger: 'schedule',
  ghosts: 0,
  ghostBytes: 0,
  orphans: 0,
  repaired: 0,
  driftBytes: 0,
  compared: true,
  durationMs: 1,
} as const;
const fleet = { enforcedPercentage: 100, enforcementOfOthers: 'observe' } as const;
const failure = { tenant, resource: 'r', attempt: 1, reason: 'error' };
const warmed = { total: 4, done: 1, failed: 1, skipped: 2, bytes: 1, durationMs: 1 };
const warming = { job: 'j', trigger: 'demand', resumed: 0 } as const;
const alert = { tenant, kind: 'quota', threshold: 80, value: 81 } as const;

/** Of each event every case that its line may differ in. A type that is missing here does not compile. */
const SAMPLES: Samples = {
  eviction: [{ tenant, reason: 'space', cause: 'write', entries: 1, bytes: 1 }],
  'observed-eviction': [{ tenant, bytes: 1 }],
  rejection: [{ tenant, code: 'QUOTA_EXCEEDED', sizeBytes: 1, observed: false }],
  'quota-state': [
    { ...crossing, from: 'ok', to: 'warning' },
    { ...crossing, from: 'exceeded', to: 'critical' },
    { ...crossing, from: 'critical', to: 'exceeded' },
  ],
  'settings-changed': [{ tenant }],
  'fleet-changed': [
    { ...fleet, sharedStoreBypassed: true },
    { ...fleet, sharedStoreBypassed: false },
  ],
  converging: [
    { tenant, remainingBytes: 1 },
    { tenant, remainingBytes: 0 },
  ],
  'load-error': [{ tenant, resource: 'r', code: 'FACTORY' }],
  'stale-served': [{ tenant, resource: 'r', reason: 'backoff' }],
  'load-voided': [{ tenant, resource: 'r' }],
  invalidation: [{ tenant, kind: 'keys' }],
  'write-behind-failure': [
    { ...failure, dead: true },
    { ...failure, dead: false },
  ],
  'store-error': [{ operation: 'get', code: 'STORE_UNAVAILABLE' }],
  breaker: [
    { state: 'open', node: 'h:1' },
    { state: 'half-open', node: 'h:1' },
    { state: 'closed', node: 'h:1' },
  ], // prettier-ignore
  bus: [{ state: 'down' }, { state: 'up' }],
  'memory-pressure': [
    { state: 'shrunk', memoryUsedRatio: 0.9, budgetBytes: 1 },
    { state: 'recovered', memoryUsedRatio: 0.5, budgetBytes: 2 },
  ],
  leader: [{ leading: true }, { leading: false }],
  patrol: [{ tenants: 1, durationMs: 1 }],
  reconciled: [
    { ...reconciled, driftBytes: 1 },
    { ...reconciled, orphans: 1 },
    { ...reconciled, repaired: 1 },
    { ...reconciled, ghosts: 1 },
    { ...reconciled, trigger: 'demand' },
    reconciled,
  ],
  'period-closed': [{ tenant, periodStart: '2026-01-01T00:00:00Z', periodEnd: '2026-02-01T00:00:00Z' }],
  'unreadable-entry': [{ tenant, reason: 'codec' }],
  flush: [
    { ok: false, code: 'DIRECTORY_UNAVAILABLE', parts: 1, lateParts: 0, durationMs: 1 },
    { ok: true, parts: 1, lateParts: 1, durationMs: 1 },
    { ok: true, parts: 1, lateParts: 0, durationMs: 1 },
  ],
  journal: [
    { ok: false, code: 'DIRECTORY_UNAVAILABLE', parts: 1, durationMs: 1 },
    { ok: true, parts: 1, durationMs: 1 },
  ],
  collect: [
    { ok: false, code: 'DIRECTORY_UNAVAILABLE', parts: 1, lateParts: 0, tenants: 1, durationMs: 1 },
    { ok: true, parts: 1, lateParts: 0, tenants: 1, durationMs: 1 },
    { ok: true, parts: 1, lateParts: 1, tenants: 1, durationMs: 1 },
  ],
  alert: [
    { ...alert, state: 'raised' },
    { ...alert, state: 'resolved' },
  ],
  'warming-began': [{ job: 'j', trigger: 'demand', resumed: 0 }],
  'warming-ended': [
    { ...warming, state: 'done', ...warmed, failed: 0 },
    { ...warming, state: 'done', ...warmed, code: 'UNKNOWN' },
    ...(['cancelled', 'left', 'deposed'] as const).flatMap((state) => [
      { ...warming, state, ...warmed, failed: 0 },
      { ...warming, state, ...warmed, code: 'UNKNOWN' },
    ]),
    { ...warming, state: 'failed', ...warmed, code: 'UNKNOWN' },
  ],
  'warming-targets': [{ job: 'j', loaded: 1, fresh: 2, noRoom: 3, failed: 4, bytes: 5 }],
  webhook: [
    { outcome: 'gave-up', status: 500, attempt: 8 },
    { outcome: 'failed', status: 500, attempt: 1 },
    { outcome: 'delivered', status: 204, attempt: 1 },
  ],
};

/** What is written for an event, as the table says it; that nothing is written where no sample has a line. */
function written(type: keyof Samples): string[] {
  const lines: string[] = [];
  const line = (level: string) => (fields: object, message: string) => {
    const names = Object.keys(fields).map((name) => `\`${name}\``);
    lines.push(`${type} | ${level} | ${message} | ${names.join(', ')}`);
  };
  const logger: Logger = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  for (const sample of SAMPLES[type]) eventLog(logger)({ type, ...sample } as CacheEvent);
  return lines.length > 0 ? lines : [`${type} | – | – | –`];
}

function rows(section: string, columns: number): string[][] {
  const [, text = ''] = page.split(`## ${section}\n`);
  return (text.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| -+ \|/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
    .filter((cells) => cells.length === columns)
    .slice(1); // prettier-ignore
}

describe('the page on logs', () => {
  it('has each line that is written for an event, and names the events without one', () => {
    const documented = rows('Lines about events', 5).map(
      ([event, , ...rest]) => `${event?.slice(1, -1)} | ${rest.join(' | ')}`,
    ); // prettier-ignore
    const types = Object.keys(SAMPLES) as (keyof Samples)[];
    expect([...new Set(documented)].sort()).toEqual([...new Set(types.flatMap(written))].sort());
  });

  it('has every other line there is in the source', () => {
    const lines = sources()
      .flatMap((text) => [...text.matchAll(/logger\s*\.(debug|info|warn|error)\(\s*\{([^}]*)\},\s*'([^']+)'/g)])
      .map(([, level, fields, message]) => {
        const names = [...(fields ?? '').matchAll(/(?:^|,)\s*(\w+)/g)].map(([, name]) => `\`${name}\``);
        return `${level} | ${message} | ${names.join(', ')}`;
      });
    const documented = rows('Other lines', 4).map(([, ...rest]) => rest.join(' | '));
    expect(lines.length).toBeGreaterThan(3);
    expect(documented.sort()).toEqual(lines.sort());
  });

  it('knows of every place that logs', () => {
    const calls = sources().flatMap((text) => [
      ...text.matchAll(/logger\s*(?:\[|\.\w+\()|console\.(?!log\(require)|emitWarning|process\.std/g),
    ]); // prettier-ignore
    expect(calls).toHaveLength(rows('Other lines', 4).length);
  });
});

/** The text of all files but that of the lines about events. */
function sources(): string[] {
  return readdirSync(join(server, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('event-log.ts'))
    .map((file) => readFileSync(join(server, 'src', file), 'utf8'));
}
