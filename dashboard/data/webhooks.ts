import 'server-only';
import { Prisma } from './database-package';
import { rowsOf } from './history';
import type { FleetViewer } from './viewer';
import type {
  DeliveriesReading,
  Delivery,
  DeliveryState,
  LastDelivery,
  Webhook,
  WebhookReading,
  WebhooksReading,
} from './webhook-schema';

const { sql } = Prisma;

/** Never the secret. */
const WEBHOOK = sql`w.id::text, w.tenant_id AS "tenantId", t.name AS "tenantName", w.url, w.events, w.active,
  w.failures_in_a_row AS "failuresInARow", w.disabled_at AS "disabledAt", w.version, w.created_at AS "createdAt"`;
const DELIVERY = sql`d.id::text, d.webhook_id::text AS "webhookId", d.type, d.state, d.attempts, d.created_at AS "createdAt",
  d.state = 'pending' AND d.claim IS NOT NULL AS "underWay",
  CASE WHEN d.state = 'pending' AND d.claim IS NULL THEN d.next_attempt_at END AS "nextAttemptAt", d.delivered_at AS "deliveredAt",
  d.status, d.error, d.duration_ms AS "durationMs"`;

type RawWebhook = Omit<Webhook, 'origin' | 'createdAt' | 'disabledAt'> & {
  url: string;
  createdAt: Date;
  disabledAt: Date | null;
};
type RawDelivery = Omit<Delivery, 'createdAt' | 'nextAttemptAt' | 'deliveredAt'> & {
  createdAt: Date;
  nextAttemptAt: Date | null;
  deliveredAt: Date | null;
};

export interface WebhookQuery {
  /** Part of a tenant's name or id. */
  readonly tenant: string;
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}

/** Those of the fleet first, then by tenant; each with its last delivery. */
export async function readWebhooks(viewer: FleetViewer, query: WebhookQuery): Promise<WebhooksReading> {
  const readAtMs = Date.now();
  const { tenant, page, pageSize } = query;
  const pattern = `%${tenant.replace(/[\\%_]/g, '\\$&')}%`;
  const from = sql`webhooks w LEFT JOIN tenants t ON t.tenant_id = w.tenant_id
    WHERE (${tenant} = '' OR w.tenant_id ILIKE ${pattern} OR t.name ILIKE ${pattern})`;
  return rowsOf(viewer, async (tx) => {
    const rows = await tx.$queryRaw<(RawWebhook & { last: LastDelivery | null })[]>`
      SELECT ${WEBHOOK}, (
          SELECT jsonb_build_object('state', d.state, 'status', d.status, 'error', d.error, 'attempts', d.attempts,
                   'durationMs', d.duration_ms, 'createdAt', d.created_at,
                   'underWay', d.state = 'pending' AND d.claim IS NOT NULL,
                   'nextAttemptAt', CASE WHEN d.state = 'pending' AND d.claim IS NULL THEN d.next_attempt_at END)
            FROM webhook_deliveries d WHERE d.webhook_id = w.id ORDER BY d.created_at DESC LIMIT 1) AS last
        FROM ${from} ORDER BY w.tenant_id NULLS FIRST, w.created_at, w.id LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`;
    const total = await tx.$queryRaw<{ total: number }[]>`SELECT count(*)::int AS total FROM ${from}`;
    const [counts] = await tx.$queryRaw<WebhooksReading['counts'][]>`
      SELECT count(*)::int AS "all", (count(*) FILTER (WHERE tenant_id IS NULL))::int AS fleet,
             (count(*) FILTER (WHERE disabled_at IS NOT NULL))::int AS stopped FROM webhooks`;
    return {
      items: rows.map(({ last, ...row }) => ({ ...webhookOf(row), last })),
      total: total[0]?.total ?? 0,
      counts: counts ?? { all: 0, fleet: 0, stopped: 0 },
      readAtMs,
    };
  });
}

export interface DeliveryQuery {
  readonly state: DeliveryState | null;
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}

/** One webhook with a page of its deliveries, newest first. Undefined where there is none of this id. */
export async function readWebhook(
  viewer: FleetViewer,
  webhookId: string,
  { state, page, pageSize }: DeliveryQuery,
): Promise<WebhookReading | undefined> {
  const readAtMs = Date.now();
  return rowsOf(viewer, async (tx) => {
    const [row] = await tx.$queryRaw<RawWebhook[]>`
      SELECT ${WEBHOOK} FROM webhooks w LEFT JOIN tenants t ON t.tenant_id = w.tenant_id WHERE w.id = ${webhookId}::uuid`;
    if (!row) return undefined;
    const from = sql`webhook_deliveries d WHERE d.webhook_id = ${webhookId}::uuid AND (${state}::text IS NULL OR d.state = ${state})`;
    const deliveries = await tx.$queryRaw<RawDelivery[]>`
      SELECT ${DELIVERY} FROM ${from} ORDER BY d.created_at DESC, d.id LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`;
    const total = await tx.$queryRaw<{ total: number }[]>`SELECT count(*)::int AS total FROM ${from}`;
    return {
      webhook: webhookOf(row),
      url: viewer.role === 'admin' ? row.url : null,
      deliveries: deliveries.map(deliveryOf),
      total: total[0]?.total ?? 0,
      readAtMs,
    };
  });
}

/** One delivery of a webhook. Undefined where there is none of this id. */
export async function readDelivery(
  viewer: FleetViewer,
  webhookId: string,
  deliveryId: string,
): Promise<Delivery | undefined> {
  const [row] = await rowsOf(
    viewer,
    (tx) => tx.$queryRaw<RawDelivery[]>`
      SELECT ${DELIVERY} FROM webhook_deliveries d
       WHERE d.id = ${deliveryId}::uuid AND d.webhook_id = ${webhookId}::uuid`,
  );
  return row && deliveryOf(row);
}

/** The newest deliveries of all webhooks; a look-up per webhook, however many deliveries there are. */
export async function readDeliveries(viewer: FleetViewer, atMost: number): Promise<DeliveriesReading> {
  const readAtMs = Date.now();
  return rowsOf(viewer, async (tx) => {
    const rows = await tx.$queryRaw<(RawDelivery & { url: string })[]>`
      SELECT ${DELIVERY}, w.url FROM webhooks w CROSS JOIN LATERAL (
          SELECT * FROM webhook_deliveries WHERE webhook_id = w.id ORDER BY created_at DESC LIMIT ${atMost}) d
       ORDER BY d.created_at DESC, d.id LIMIT ${atMost}`;
    const [today] = await tx.$queryRaw<DeliveriesReading['today'][]>`
      SELECT COALESCE(sum(d.all), 0)::int AS "all", COALESCE(sum(d.failed), 0)::int AS failed
        FROM webhooks w CROSS JOIN LATERAL (
          SELECT count(*) AS "all", count(*) FILTER (WHERE state <> 'delivered' AND error IS NOT NULL) AS failed
            FROM webhook_deliveries
           WHERE webhook_id = w.id AND created_at >= date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC') d`;
    return {
      items: rows.map(({ url, ...row }) => ({ ...deliveryOf(row), origin: new URL(url).origin })),
      today: today ?? { all: 0, failed: 0 },
      webhooks: await tx.webhook.count(),
      readAtMs,
    };
  });
}

function webhookOf({ url, createdAt, disabledAt, ...row }: RawWebhook): Webhook {
  return {
    ...row,
    origin: new URL(url).origin,
    createdAt: createdAt.toISOString(),
    disabledAt: disabledAt?.toISOString() ?? null,
  };
}

function deliveryOf({ createdAt, nextAttemptAt, deliveredAt, ...row }: RawDelivery): Delivery {
  return {
    ...row,
    createdAt: createdAt.toISOString(),
    nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
    deliveredAt: deliveredAt?.toISOString() ?? null,
  };
}
