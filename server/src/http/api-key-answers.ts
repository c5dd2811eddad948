import { z } from 'zod';
import { API_KEY_SCOPE, MAX_API_KEY_SCOPES } from '../core/api-keys.js';
import { reason, UNPRINTABLE } from './admin-schemas.js';
import { anyTenantId, named, pageOf, time } from './answer-schemas.js';

const MAX_GRACE_SECONDS = 30 * 86_400;

const apiKey = {
  keyId: z.uuid(),
  tenantId: anyTenantId,
  name: z.string(),
  prefix: z.string().meta({ description: 'Its first characters, which open nothing' }),
  scopes: z.array(z.string()),
  createdAt: time,
  createdBy: z.string(),
  expiresAt: time.nullable().meta({ description: 'Null: never' }),
  lastUsedAt: time.nullable().meta({ description: 'To the minute' }),
  revokedAt: time.nullable(),
};
export const apiKeyAnswer = named('ApiKey', z.strictObject(apiKey));
export const apiKeysAnswer = pageOf(apiKeyAnswer);
export const newApiKeyAnswer = named(
  'NewApiKey',
  z.strictObject({
    ...apiKey,
    key: z.string().nullable().meta({ description: 'Shown this once: null in an answer that is given again' }),
  }),
);

const nameError = 'must be 1 to 100 characters, without control characters';
const scopesError = `must be at most ${MAX_API_KEY_SCOPES} different texts that match ${API_KEY_SCOPE}`;
/** No more than is shown of a key: somebody may paste one. */
const SHOWN_OF_A_SCOPE = 12;
const scopeError = ({ input }: { input?: unknown }) =>
  `is ${shownScope(input)}, and must be a text that matches ${API_KEY_SCOPE}, such as portfolio:read`;
function shownScope(input: unknown): string {
  if (typeof input !== 'string')
    return input === null ? 'null' : `no text but ${Array.isArray(input) ? 'a list' : `of type ${typeof input}`}`;
  const shown = input.slice(0, SHOWN_OF_A_SCOPE).replace(/[^\x20-\x7e]/g, '?');
  return `“${shown}”${input.length > SHOWN_OF_A_SCOPE ? '…' : ''}`;
}
const expiryError = 'must be a time in the future, such as 2030-01-31T00:00:00Z, or null';
const graceError = `must be a whole number of seconds from 0 to ${MAX_GRACE_SECONDS}`;

export const newApiKeyBody = z.strictObject({
  name: z
    .string({ error: nameError })
    .trim()
    .min(1, { error: nameError })
    .max(100, { error: nameError })
    .refine((name) => !UNPRINTABLE.test(name), { error: nameError }),
  scopes: z
    .array(z.string({ error: scopeError }).regex(API_KEY_SCOPE, { error: scopeError }), { error: scopesError })
    .max(MAX_API_KEY_SCOPES, { error: scopesError })
    .refine((scopes) => new Set(scopes).size === scopes.length, { error: scopesError })
    .default([]),
  expiresAt: z.iso
    .datetime({ offset: true, error: expiryError })
    .refine((text) => !(Date.parse(text) <= Date.now()), { error: expiryError })
    .nullable()
    .default(null),
  reason,
});
export const rotateApiKeyBody = z.strictObject({
  graceSeconds: z
    .number({ error: graceError })
    .int({ error: graceError })
    .min(0, { error: graceError })
    .max(MAX_GRACE_SECONDS, { error: graceError })
    .default(86_400)
    .meta({ description: 'How long the old key serves on' }),
  reason,
});
