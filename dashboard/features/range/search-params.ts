import { createLoader, createSerializer, parseAsIsoDateTime, parseAsStringLiteral } from 'nuqs/server';
import { DEFAULT_PRESET, PRESETS, resolveRange, type TimeRange } from '@/data/range';

/** The time range of a page, as its URL holds it: a preset, or two moments in UTC. */
export const rangeParams = {
  range: parseAsStringLiteral(PRESETS).withDefault(DEFAULT_PRESET),
  from: parseAsIsoDateTime,
  to: parseAsIsoDateTime,
};

export type RangeParams = { range: (typeof PRESETS)[number]; from: Date | null; to: Date | null };

export const loadRangeParams = createLoader(rangeParams);
const serialize = createSerializer(rangeParams);

export function rangeOf(params: RangeParams, nowMs = Date.now()): TimeRange {
  const { range, from, to } = params;
  return resolveRange({ range, from: from?.getTime() ?? null, to: to?.getTime() ?? null }, nowMs);
}

/** `?range=24h`, or nothing for the default: what the polling handlers get. */
export function rangeQuery(params: RangeParams): string {
  return serialize(params);
}
