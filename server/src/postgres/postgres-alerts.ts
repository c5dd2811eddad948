import type { Database, Tx } from '@tenantcache/database';
import type { AlertStore, AlertTransition } from '../core/alerts.js';
import { fail } from '../core/errors.js';
import { auditedDelivery, type WebhookStore } from '../core/webhooks.js';
import { acknowledge, applyTransitions, listAlerts, listRaised } from './alert-rows.js';
import { changeRules, findRules, listRules } from './alert-rule-rows.js';
import { assertAuditable } from './audit-rows.js';
import { answered } from './connect.js';
import {
  claimDeliveries,
  dropDeliveries,
  findDelivery,
  insertDeliveries,
  listDeliveries,
  newDelivery,
  queueAlerts,
  requeueDelivery,
  settleDelivery,
} from './delivery-rows.js';
import {
  audit,
  changeWebhook,
  countOutcome,
  createWebhook,
  findWebhook,
  listWebhooks,
  lockWebhook,
  removeWebhook,
  rotateSecret,
} from './webhook-rows.js';

const EVALUATOR = 'system:alerts';
const SENDER = 'system:webhooks';
const READER = 'system:alerts';

type AsAdmin = Database['asAdmin'];

/** Alerts and webhooks in Postgres. All of it needs the admin role: what is evaluated is about every tenant. */
export function postgresAlerts(database: Pick<Database, 'asAdmin'>): AlertStore {
  const asAdmin: AsAdmin = (actor, work) => answered(() => database.asAdmin(actor, work));
  return {
    change: (transitions) =>
      asAdmin(EVALUATOR, async (tx) => {
        const changed: AlertTransition[] = [];
        for (const round of rounds(transitions)) {
          const taken = await applyTransitions(tx, round);
          for (const to of ['raised', 'resolved'] as const) {
            const told = taken.filter(({ transition }) => transition.to === to);
            await queueAlerts(
              tx,
              `alert.${to}`,
              told.map(({ alert }) => alert),
            );
          }
          changed.push(...taken.map(({ transition }) => transition));
        }
        return changed;
      }),
    raised: (after, count) => asAdmin(READER, (tx) => listRaised(tx, after, count)),
    changedRules: (after, count) => asAdmin(READER, (tx) => listRules(tx, after, count)),
    rules: (tenant) => asAdmin(READER, (tx) => findRules(tx, tenant)),
    async changeRules(tenant, change, expectedVersion, actor) {
      assertAuditable(actor, change.reason);
      return asAdmin(actor.id, (tx) => changeRules(tx, tenant, change, expectedVersion, actor));
    },
    alerts: (query) => asAdmin(READER, (tx) => listAlerts(tx, query)),
    async acknowledge(id, reason, actor) {
      assertAuditable(actor, reason);
      return asAdmin(actor.id, (tx) => acknowledge(tx, id, reason, actor));
    },
    webhooks: postgresWebhooks(asAdmin),
  };
}

function postgresWebhooks(asAdmin: AsAdmin): WebhookStore {
  return {
    list: (query) => asAdmin(READER, (tx) => listWebhooks(tx, query)),
    find: (id) => asAdmin(READER, (tx) => findWebhook(tx, id)),
    async create(webhook, secret, reason, actor) {
      assertAuditable(actor, reason);
      return asAdmin(actor.id, (tx) => createWebhook(tx, webhook, secret, reason, actor));
    },
    async change(id, change, expectedVersion, reason, actor) {
      assertAuditable(actor, reason);
      return asAdmin(actor.id, (tx) => changeWebhook(tx, id, change, expectedVersion, reason, actor));
    },
    async rotate(id, secret, reason, actor) {
      assertAuditable(actor, reason);
      return asAdmin(actor.id, (tx) => rotateSecret(tx, id, secret, reason, actor));
    },
    async remove(id, reason, actor) {
      assertAuditable(actor, reason);
      await asAdmin(actor.id, (tx) => removeWebhook(tx, id, reason, actor));
    },
    deliveries: (id, query) =>
      asAdmin(READER, async (tx) => {
        await findWebhook(tx, id);
        return listDeliveries(tx, id, query);
      }),
    async ping(id, reason, actor) {
      assertAuditable(actor, reason);
      return asAdmin(actor.id, async (tx) => {
        const webhook = await findWebhook(tx, id);
        const row = newDelivery(id, 'ping', webhook.tenantId, null);
        await insertDeliveries(tx, [row]);
        await audit(tx, actor, webhook, null, auditedDelivery(webhook, { ping: row.id }), reason);
        return found(await findDelivery(tx, row.id));
      });
    },
    async replay(deliveryId, reason, actor) {
      assertAuditable(actor, reason);
      return asAdmin(actor.id, async (tx) => {
        const delivery = found(await requeueDelivery(tx, deliveryId));
        const webhook = await findWebhook(tx, delivery.webhookId);
        await audit(tx, actor, webhook, null, auditedDelivery(webhook, { replayed: deliveryId }), reason);
        return delivery;
      });
    },
    claim: (max, leaseMs) => asAdmin(SENDER, (tx) => claimDeliveries(tx, max, leaseMs)),
    settle: (claimed, outcome) =>
      asAdmin(SENDER, async (tx: Tx) => {
        await lockWebhook(tx, claimed.webhookId);
        const kept = await settleDelivery(tx, claimed, outcome);
        const ended = outcome.ok ? 'delivered' : outcome.retryInMs === undefined ? 'gave-up' : undefined;
        const disabled = kept && ended ? await countOutcome(tx, claimed.webhookId, ended) : undefined;
        return { kept, disabled };
      }),
    tidy: (olderThanMs) => asAdmin(SENDER, (tx) => dropDeliveries(tx, olderThanMs)),
  };
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw fail('WEBHOOK_NOT_FOUND');
  return value;
}

/** In their order, each subject once a round: a statement may not touch a row twice. */
function rounds(transitions: readonly AlertTransition[]): AlertTransition[][] {
  const made: AlertTransition[][] = [];
  const seen = new Map<string, number>();
  for (const transition of transitions) {
    const key = `${transition.tenantId} ${transition.kind} ${transition.threshold}`;
    const round = seen.get(key) ?? 0;
    seen.set(key, round + 1);
    made[round] = [...(made[round] ?? []), transition];
  }
  return made;
}
