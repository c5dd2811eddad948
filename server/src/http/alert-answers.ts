import { z } from 'zod';
import { ALERT_KINDS } from '../core/alert.js';
import { anyTenantId, named, pageOf, time, whole } from './answer-schemas.js';

const alert = {
  id: z.uuid(),
  tenantId: anyTenantId.nullable().meta({ description: 'Null for a webhook of the whole fleet' }),
  kind: z.enum(ALERT_KINDS),
  threshold: z.number().meta({ description: 'Percent or points, as the rule says' }),
  value: z.number(),
  raisedAt: time,
  resolvedAt: time.nullable(),
  resolvedValue: z.number().nullable(),
  acknowledgedAt: time.nullable(),
};
export const alertAnswer = named(
  'Alert',
  z.strictObject({
    ...alert,
    acknowledgedBy: z.string().nullable().meta({ description: 'Null to who may not read the audit, too' }),
  }),
);
export const alertsAnswer = pageOf(alertAnswer);
/** Who of the staff looked at it is theirs to know. */
export const ownAlertsAnswer = pageOf(named('OwnAlert', z.strictObject(alert)));

const rules = {
  tenantId: anyTenantId,
  quota: z.strictObject({ enabled: z.boolean(), thresholdsPercent: z.array(z.number()) }),
  hitRateDrop: z.strictObject({ enabled: z.boolean(), points: z.number(), minRequests: whole }),
  rejectionRate: z.strictObject({ enabled: z.boolean(), percent: z.number(), minWrites: whole }),
};
export const alertRulesAnswer = named(
  'AlertRules',
  z.strictObject({
    ...rules,
    version: whole.meta({ description: '0: the defaults, nobody changed them' }),
    changedAt: time.nullable(),
  }),
);
export const ownAlertRulesAnswer = named('OwnAlertRules', z.strictObject(rules));
