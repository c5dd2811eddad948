import { z } from 'zod';

/** An API key as the admin API shows it: never the key itself. */
export const API_KEY = z.object({
  keyId: z.string(),
  name: z.string(),
  /** Its first characters, which open nothing. */
  prefix: z.string(),
  scopes: z.array(z.string()),
  createdAt: z.string(),
  /** Empty for a tenant's users where it was somebody of the operator. */
  createdBy: z.string(),
  /** Null: never. */
  expiresAt: z.string().nullable(),
  /** To the minute. */
  lastUsedAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
});
export type ApiKey = z.infer<typeof API_KEY>;

export const API_KEYS_PAGE = z.object({ items: z.array(API_KEY), total: z.number() });
export type ApiKeysPage = z.infer<typeof API_KEYS_PAGE>;

/** The only answer that has the key. */
export const NEW_API_KEY = API_KEY.extend({ key: z.string() });
export type NewApiKey = z.infer<typeof NEW_API_KEY>;

export const NEW_KEY_REQUEST = z.strictObject({
  name: z.string().max(200),
  scopes: z.array(z.string().max(100)).max(100),
  /** Null: never expires. */
  lifeDays: z.int().min(1).max(3_650).nullable(),
  reason: z.string().max(600),
});
export type NewKeyRequest = z.infer<typeof NEW_KEY_REQUEST>;

export const KEY_ROTATION = z.strictObject({
  keyId: z.uuid(),
  /** How long the old key serves on. */
  graceSeconds: z.int().min(0).max(2_592_000),
  reason: z.string().max(600),
});
export type KeyRotation = z.infer<typeof KEY_ROTATION>;

export const KEY_REVOCATION = z.strictObject({ keyId: z.uuid(), reason: z.string().max(600) });
export type KeyRevocation = z.infer<typeof KEY_REVOCATION>;
