import { createLoader, createSerializer, parseAsIsoDateTime, parseAsStringLiteral } from 'nuqs/server';
import { DEFAULT_PRESET, PRESETS, resolveRange, type TimeRange } from '@/data/range';

/** The time range of a page, as its URL holds it: a preset, or two moments in UTC. */
export const rangeParams = {
  range: parseAsStringLiteral(PRESETS).withDefault(DEFAULT_PRESET),
  from: parseAsIsoDateTime,
  to: parseAsIsoDateTime,
  /** `1`: with the period before. */
  compare: parseAsStringLiteral(['1']),
};

export type RangeParams = { range: (typeof PRESETS)[number]; from: Date | null; to: Date | null; compare?: '1' | null };

export const loadRangeParams = createLoader(rangeParams);
const serialize = createSerializer(rangeParams);

export function rangeOf(params: RangeParams, nowMs = Date.now()): TimeRange {
  const { range, from, to, compare } = params;
  const resolved = resolveRange({ range, from: from?.getTime() ?? null, to: to?.getTime() ?? null }, nowMs);
  return compare ? { ...resolved, compared: true } : resolved;
}

/** `?range=24h`, or nothing for the default: what the polling handlers get. */
export function rangeQuery(params: RangeParams): string {
  return serialize(params);
}
