import { z } from 'zod';
import { DELIVERY_ERRORS, WEBHOOK_EVENTS } from '../core/webhooks.js';
import { anyTenantId, named, pageOf, time, whole } from './answer-schemas.js';

const webhook = {
  id: z.uuid(),
  tenantId: anyTenantId.nullable().meta({ description: 'Null: it hears of all tenants' }),
  events: z.array(z.enum(WEBHOOK_EVENTS)),
  active: z.boolean(),
  failuresInARow: whole,
  disabledAt: time.nullable().meta({ description: 'When failures switched it off' }),
  version: whole,
  createdAt: time,
};
export const webhookAnswer = named('Webhook', z.strictObject({ ...webhook, url: z.string() }));
export const webhookWithSecretAnswer = named(
  'WebhookWithSecret',
  z.strictObject({
    ...webhook,
    url: z.string(),
    secret: z.string().nullable().meta({ description: 'Shown this once: null in an answer that is given again' }),
  }),
);
/** With many receivers the path is what opens them. */
export const publicWebhooksAnswer = pageOf(
  named('PublicWebhook', z.strictObject({ ...webhook, origin: z.string().meta({ description: 'Of its URL' }) })),
);

export const deliveryAnswer = named(
  'Delivery',
  z.strictObject({
    id: z.uuid(),
    webhookId: z.uuid(),
    type: z.enum([...WEBHOOK_EVENTS, 'ping']),
    state: z.enum(['pending', 'delivered', 'gave-up']),
    attempts: whole,
    createdAt: time,
    nextAttemptAt: time.nullable(),
    deliveredAt: time.nullable(),
    status: z.number().int().nullable().meta({ description: 'Of the last attempt' }),
    error: z.enum(DELIVERY_ERRORS).nullable(),
    durationMs: z.number().nullable(),
  }),
);
export const deliveriesAnswer = pageOf(deliveryAnswer);
