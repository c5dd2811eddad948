import { z } from 'zod';
import { ADVICE_KINDS } from '../core/advice.js';
import { anyTenantId, named, time } from './answer-schemas.js';

const ratio = z.number().min(0).max(1);
const bytes = z.number().min(0);
const basis = named(
  'AdviceBasis',
  z.strictObject({
    from: time,
    to: time,
    samples: z.number().min(0),
    of: z.string().meta({ description: 'What was looked at: days, requests, hours' }),
  }),
);
const outlook = named(
  'QuotaOutlook',
  z.strictObject({
    presentBytes: bytes.nullable().meta({ description: 'Null where nothing is enforced' }),
    measuredHitRate: ratio,
    presentHitRate: ratio,
    halfHitRate: ratio.nullable(),
    doubleHitRate: ratio.nullable(),
    bestHitRate: ratio.meta({ description: 'Of a cache without limit' }),
    coldShare: ratio,
    expiredShare: ratio,
    invalidatedShare: ratio,
    goals: z.array(z.strictObject({ hitRate: ratio, bytes: bytes.nullable() })),
    points: z.array(z.strictObject({ bytes, hitRate: ratio })),
    basis,
  }),
);
const growth = named(
  'Growth',
  z.strictObject({
    usedBytes: bytes,
    bytesPerDay: z.number().nullable(),
    daysToFull: z.number().min(0).nullable(),
    basis,
  }),
);
const effectiveness = named(
  'Effectiveness',
  z.strictObject({
    score: z.number().min(0).max(100),
    originCallsSaved: z.number(),
    originTimeSavedMs: z.number(),
    savedShare: ratio,
    mibHours: z.number().min(0),
    basis,
  }),
);
const kind = z.enum(ADVICE_KINDS);

/** What is null is not known well enough: `silences` say why. */
export const adviceAnswer = named(
  'AdviceReport',
  z.strictObject({
    tenantId: anyTenantId,
    asOf: time,
    quota: outlook.nullable(),
    growth: growth.nullable(),
    effectiveness: effectiveness.nullable(),
    items: z.array(
      z.strictObject({
        kind,
        severity: z.enum(['info', 'notice', 'warning']),
        message: z.string(),
        figures: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
        basis,
      }),
    ),
    silences: z.array(z.strictObject({ kind, reason: z.string() })),
  }),
);

/** The same of a tenant by its path in the admin API, and by its request in the tenants' own. */
export const ADVICE = {
  method: 'get',
  tag: 'Advice',
  summary: 'What the history of a tenant says about its quota',
  description: 'What is null is not known well enough; `silences` say why.',
  answers: { 200: { description: 'The report', body: adviceAnswer } },
  problems: ['USAGE_NOT_KEPT'],
} as const;
