import type { ChangeResult } from '@/data/change';
import type { ShownSecret } from '@/data/webhook-changes';
import type { NewWebhook, WebhookChange } from '@/data/webhook-schema';

/** What an admin can do to one webhook. */
export interface WebhookDeeds {
  readonly change: (webhookId: string, version: number, change: WebhookChange, reason: string) => Promise<ChangeResult>;
  readonly rotate: (webhookId: string, reason: string) => Promise<ChangeResult<ShownSecret>>;
  /** Answers the id of the delivery. */
  readonly test: (webhookId: string) => Promise<ChangeResult<string>>;
  readonly replay: (deliveryId: string) => Promise<ChangeResult<string>>;
  readonly remove: (webhookId: string, reason: string) => Promise<ChangeResult>;
}

export type CreateWebhook = (webhook: NewWebhook, reason: string) => Promise<ChangeResult<ShownSecret>>;
