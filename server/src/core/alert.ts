import type { TenantId } from './tenant-id.js';

export const ALERT_KINDS = ['quota', 'hit-rate-drop', 'rejection-rate', 'webhook-disabled'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** ISO times. */
export interface Alert {
  readonly id: string;
  /** Null for a webhook of the whole fleet. */
  readonly tenantId: TenantId | null;
  readonly kind: AlertKind;
  readonly threshold: number;
  readonly value: number;
  readonly raisedAt: string;
  readonly resolvedAt: string | null;
  readonly resolvedValue: number | null;
  readonly acknowledgedAt: string | null;
  readonly acknowledgedBy: string | null;
}
