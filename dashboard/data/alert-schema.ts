import { z } from 'zod';

export const ALERT_KINDS = ['quota', 'hit-rate-drop', 'rejection-rate', 'webhook-disabled'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

export const ALERT_STATES = ['open', 'resolved'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** Of how much weight an alert is: refused writes are critical, a quota that is used up is exceeded. */
export type Severity = 'warning' | 'exceeded' | 'critical';

/** What a tenant may know of an alert about it. ISO times. */
export interface OwnAlert {
  readonly id: string;
  readonly kind: AlertKind;
  readonly severity: Severity;
  /** Percent of the quota, points, percent of writes, or deliveries, by kind; the value too. */
  readonly threshold: number;
  readonly value: number;
  readonly raisedAt: string;
  readonly resolvedAt: string | null;
  readonly resolvedValue: number | null;
  readonly acknowledgedAt: string | null;
}

export interface Alert extends OwnAlert {
  /** Null for a webhook of the whole fleet. */
  readonly tenantId: string | null;
  /** Null for a tenant that the directory does not know. */
  readonly tenantName: string | null;
  readonly acknowledgedBy: string | null;
  readonly webhookId: string | null;
}

export interface AlertCounts {
  readonly open: number;
  readonly critical: number;
}

/** One page of alerts, and how many are open whatever the filters are. */
export interface AlertsReading<A extends OwnAlert = Alert> {
  readonly items: readonly A[];
  readonly total: number;
  readonly counts: AlertCounts;
  readonly readAtMs: number;
}

/** When alerts of a tenant are raised, as the API shows it. */
export const ALERT_RULES = z.object({
  quota: z.object({ enabled: z.boolean(), thresholdsPercent: z.array(z.number()) }),
  hitRateDrop: z.object({ enabled: z.boolean(), points: z.number(), minRequests: z.number() }),
  rejectionRate: z.object({ enabled: z.boolean(), percent: z.number(), minWrites: z.number() }),
});
export type AlertRules = z.infer<typeof ALERT_RULES>;

/** `version` is the ETag; 0 where nobody changed the defaults. */
export const VERSIONED_ALERT_RULES = ALERT_RULES.extend({
  version: z.number(),
  changedAt: z.string().nullable(),
});
export type VersionedAlertRules = z.infer<typeof VERSIONED_ALERT_RULES>;
