import { fail } from './errors.js';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `'250ms' | '30s' | '5m' | '1h' | '1d'`, or a number of milliseconds. */
export type Duration = number | `${number}${keyof typeof UNIT_MS}`;

const PATTERN = /^(\d{1,12}(?:\.\d{1,3})?)(ms|s|m|h|d)$/;

const EXAMPLES = ['250ms', '30s', '5m', '1h', '1d'];

/**
 * Whole milliseconds of a duration.
 * @param name the option that holds it, for the message
 * @throws TenantCacheError `OPTION_INVALID` for anything else than a finite duration >= `minMs` (default 0)
 */
export function durationMs(value: Duration, name: string, minMs = 0): number {
  const ms = typeof value === 'number' ? value : parse(value);
  if (!Number.isFinite(ms) || ms < minMs || ms > Number.MAX_SAFE_INTEGER) {
    throw fail('OPTION_INVALID', {
      given: `${name}: ${String(value)}`,
      allowed: `milliseconds >= ${minMs}, or a string such as ${examples(minMs)}`,
    });
  }
  return Math.round(ms);
}

/** None that the minimum forbids. */
function examples(minMs: number): string {
  const fitting = EXAMPLES.filter((text) => parse(text) >= minMs);
  if (fitting.length === 0) fitting.push(`${Math.ceil(minMs / UNIT_MS.d)}d`);
  return fitting.map((text) => `'${text}'`).join(', ');
}

function parse(text: unknown): number {
  const match = typeof text === 'string' ? PATTERN.exec(text) : null;
  if (!match) return Number.NaN;
  return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}
