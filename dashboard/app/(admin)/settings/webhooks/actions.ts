'use server';

import { z } from 'zod';
import { type ChangeResult, change, refused, UNREADABLE } from '@/data/change';
import { type FleetViewer, requireFleetViewer } from '@/data/viewer';
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  pingWebhook,
  replayDelivery,
  rotateWebhookSecret,
  type ShownSecret,
} from '@/data/webhook-changes';
import { NEW_WEBHOOK, WEBHOOK_CHANGE } from '@/data/webhook-schema';

const REASON = z.string().max(600);
const CHANGE = z.tuple([z.uuid(), z.int(), WEBHOOK_CHANGE, REASON]);
const FORBIDDEN = refused('Only admins change webhooks. Nothing was changed.');

/** The arguments come from a browser, whatever their types say. */
async function asAdmin<A extends [unknown, ...unknown[]], T>(
  schema: z.ZodType<A>,
  args: unknown[],
  work: (viewer: FleetViewer, ...given: A) => Promise<T>,
): Promise<ChangeResult<T>> {
  const viewer = await requireFleetViewer();
  if (viewer.role !== 'admin') return FORBIDDEN;
  const given = schema.safeParse(args);
  if (!given.success) return UNREADABLE;
  return change(() => work(viewer, ...given.data));
}

export async function create(webhook: unknown, reason: unknown): Promise<ChangeResult<ShownSecret>> {
  return asAdmin(z.tuple([NEW_WEBHOOK, REASON]), [webhook, reason], createWebhook);
}

export async function edit(id: unknown, version: unknown, to: unknown, reason: unknown): Promise<ChangeResult> {
  return asAdmin(CHANGE, [id, version, to, reason], async (...given) => {
    await changeWebhook(...given);
    return null;
  });
}

export async function rotate(id: unknown, reason: unknown): Promise<ChangeResult<ShownSecret>> {
  return asAdmin(z.tuple([z.uuid(), REASON]), [id, reason], rotateWebhookSecret);
}

export async function test(id: unknown): Promise<ChangeResult<string>> {
  return asAdmin(z.tuple([z.uuid()]), [id], (viewer, webhookId) =>
    pingWebhook(viewer, webhookId, 'Test from the dashboard'),
  );
}

export async function replay(deliveryId: unknown): Promise<ChangeResult<string>> {
  return asAdmin(z.tuple([z.uuid()]), [deliveryId], (viewer, given) =>
    replayDelivery(viewer, given, 'Sent again from the dashboard'),
  );
}

export async function remove(id: unknown, reason: unknown): Promise<ChangeResult> {
  return asAdmin(z.tuple([z.uuid(), REASON]), [id, reason], async (...given) => {
    await deleteWebhook(...given);
    return null;
  });
}
