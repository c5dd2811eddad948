import 'server-only';
import { z } from 'zod';
import { adminApi } from './admin-api';
import type { FleetViewer } from './viewer';
import { type NewWebhook, WEBHOOK_SECRET, type WebhookChange } from './webhook-schema';

const WITH_ID = z.object({ id: z.string() });

/** A webhook and the secret that signs its messages, which nothing shows again. */
export interface ShownSecret {
  readonly id: string;
  /** Null in an answer that was given before. */
  readonly secret: string | null;
}

/** @throws AdminApiDown, AdminApiProblem */
export async function createWebhook(viewer: FleetViewer, webhook: NewWebhook, reason: string): Promise<ShownSecret> {
  return adminApi(viewer, '/webhooks', { schema: WEBHOOK_SECRET, method: 'POST', body: { ...webhook, reason } });
}

/** @throws AdminApiDown, AdminApiProblem */
export async function changeWebhook(
  viewer: FleetViewer,
  webhookId: string,
  version: number,
  change: WebhookChange,
  reason: string,
): Promise<void> {
  const body = { ...change, reason };
  await adminApi(viewer, pathOf(webhookId), { schema: WITH_ID, method: 'PATCH', ifMatch: version, body });
}

/** The next attempt is signed with the new secret. @throws AdminApiDown, AdminApiProblem */
export async function rotateWebhookSecret(
  viewer: FleetViewer,
  webhookId: string,
  reason: string,
): Promise<ShownSecret> {
  const path = `${pathOf(webhookId)}/rotate-secret`;
  return adminApi(viewer, path, { schema: WEBHOOK_SECRET, method: 'POST', body: { reason } });
}

/** Queues a test message and returns its delivery's id. @throws AdminApiDown, AdminApiProblem */
export async function pingWebhook(viewer: FleetViewer, webhookId: string, reason: string): Promise<string> {
  const path = `${pathOf(webhookId)}/ping`;
  return (await adminApi(viewer, path, { schema: WITH_ID, method: 'POST', body: { reason } })).id;
}

/** Sends the same message under the same id again. @throws AdminApiDown, AdminApiProblem */
export async function replayDelivery(viewer: FleetViewer, deliveryId: string, reason: string): Promise<string> {
  const path = `/webhook-deliveries/${encodeURIComponent(deliveryId)}/replay`;
  return (await adminApi(viewer, path, { schema: WITH_ID, method: 'POST', body: { reason } })).id;
}

/** Its deliveries go with it. @throws AdminApiDown, AdminApiProblem */
export async function deleteWebhook(viewer: FleetViewer, webhookId: string, reason: string): Promise<void> {
  await adminApi(viewer, `${pathOf(webhookId)}/delete`, { schema: z.object({}), method: 'POST', body: { reason } });
}

function pathOf(webhookId: string): string {
  return `/webhooks/${encodeURIComponent(webhookId)}`;
}
