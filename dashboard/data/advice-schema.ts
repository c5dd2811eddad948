import { z } from 'zod';

const BASIS = z.object({ from: z.string(), to: z.string(), samples: z.number(), of: z.string() });

const OUTLOOK = z.object({
  /** The limit in force; null where nothing is enforced. */
  presentBytes: z.number().nullable(),
  measuredHitRate: z.number(),
  presentHitRate: z.number(),
  /** Of a cache without limit. */
  bestHitRate: z.number(),
  coldShare: z.number(),
  expiredShare: z.number(),
  invalidatedShare: z.number(),
  goals: z.array(z.object({ hitRate: z.number(), bytes: z.number().nullable() })),
  /** The curve, smallest cache first; beyond the last point it is flat. */
  points: z.array(z.object({ bytes: z.number(), hitRate: z.number() })),
  basis: BASIS,
});
/** What every size of the cache would answer, of the requests that were asked. */
export type QuotaOutlook = z.infer<typeof OUTLOOK>;

const GROWTH = z.object({
  usedBytes: z.number(),
  bytesPerDay: z.number().nullable(),
  daysToFull: z.number().nullable(),
  basis: BASIS,
});
export type Growth = z.infer<typeof GROWTH>;

const EFFECTIVENESS = z.object({
  score: z.number(),
  originCallsSaved: z.number(),
  originTimeSavedMs: z.number(),
  savedShare: z.number(),
  basis: BASIS,
});

const ITEM = z.object({
  kind: z.string(),
  severity: z.enum(['info', 'notice', 'warning']),
  message: z.string(),
  figures: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
  basis: BASIS,
});
export type AdviceItem = z.infer<typeof ITEM>;

/** The advisor's answer: what is null is not known well enough, and `silences` say why. */
export const ADVICE = z.object({
  tenantId: z.string(),
  asOf: z.string(),
  quota: OUTLOOK.nullable(),
  growth: GROWTH.nullable(),
  effectiveness: EFFECTIVENESS.nullable(),
  items: z.array(ITEM),
  silences: z.array(z.object({ kind: z.string(), reason: z.string() })),
});
export type Advice = z.infer<typeof ADVICE>;

/** `down`: the API does not answer; `not-kept`: it keeps no history to advise from. */
export interface AdviceReading {
  readonly advice: Advice | null;
  readonly trouble: 'down' | 'not-kept' | null;
  readonly readAtMs: number;
}
