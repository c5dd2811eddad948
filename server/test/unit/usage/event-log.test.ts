import { describe, expect, it } from '@jest/globals';
import type { CacheEvent } from '../../../src/core/events.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { eventLog } from '../../../src/usage/event-log.js';

function open() {
  const lines: string[] = [];
  const clock = { nowMs: 0 };
  const line = (level: string) => (fields: object, message: string) => {
    lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  };
  const logger = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  return { clock, lines, log: eventLog(logger, () => clock.nowMs) };
}

const tenant = tenantId('a');

describe('eventLog', () => {
  it('tells thousands of calls without an answer in one line every ten seconds', () => {
    const { clock, lines, log } = open();
    for (let call = 0; call < 3_000; call++) {
      clock.nowMs = call * 10;
      log({ type: 'store-error', operation: 'get', code: 'STORE_UNAVAILABLE' });
    }
    expect(lines).toHaveLength(3);
    expect(lines[1]).toBe('warn shared store gave no answer {"operation":"get","calls":1000}');
  });

  it.each([
    ['ok', 'warning', 'warn'],
    ['warning', 'exceeded', 'warn'],
    ['exceeded', 'critical', 'warn'],
    ['critical', 'exceeded', 'info'],
    ['warning', 'ok', 'info'],
  ] as const)('a quota that goes from %s to %s is a line of level %s', (from, to, level) => {
    const { lines, log } = open();
    log({ type: 'quota-state', tenant, from, to, usedBytes: 1, quotaBytes: 2, hardLimitBytes: 2, atMs: 3 });
    expect(lines).toEqual([expect.stringMatching(new RegExp(`^${level} quota state changed`))]);
  });

  it('has a line for each fault of a part, none for what metrics count', () => {
    const { lines, log } = open();
    const events: CacheEvent[] = [
      { type: 'breaker', state: 'open' },
      { type: 'breaker', state: 'closed' },
      { type: 'bus', state: 'down' },
      { type: 'bus', state: 'up' },
      { type: 'flush', ok: false, parts: 1, lateParts: 0, durationMs: 2 },
      { type: 'unreadable-entry', tenant, reason: 'codec' },
      { type: 'flush', ok: true, parts: 1, lateParts: 0, durationMs: 2 },
      { type: 'eviction', tenant, reason: 'space', cause: 'write', entries: 1, bytes: 1 },
      { type: 'load-error', tenant, resource: 'r', code: 'FACTORY' },
    ];
    for (const event of events) log(event);
    expect(lines.map((text) => text.split(' ')[0])).toEqual(['error', 'info', 'warn', 'info', 'error', 'warn']);
  });

  it('tells of alerts and of messages that were given up, not of each attempt', () => {
    const { lines, log } = open();
    const alert = { type: 'alert', tenant, kind: 'quota', threshold: 80, value: 81.5 } as const;
    log({ ...alert, state: 'raised' });
    log({ ...alert, state: 'resolved' });
    log({ type: 'webhook', outcome: 'failed', status: 500, attempt: 1 });
    log({ type: 'webhook', outcome: 'delivered', status: 204, attempt: 2 });
    log({ type: 'webhook', outcome: 'gave-up', status: 500, attempt: 8 });
    expect(lines).toEqual([
      'warn alert raised {"tenant":"a","kind":"quota","threshold":80,"value":81.5}',
      'info alert resolved {"tenant":"a","kind":"quota","threshold":80,"value":81.5}',
      'warn a webhook message was given up {"status":500,"attempts":8}',
    ]);
  });
});
