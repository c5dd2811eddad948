import type { IncomingMessage } from 'node:http';
import { API_KEY_MARK, apiKeySecret, isApiKey } from '../core/api-key-format.js';
import { API_KEY_SCOPE, type ApiKey, type ApiKeyStore, MAX_API_KEY_SCOPES } from '../core/api-keys.js';
import { addCredentialField } from '../core/credential-fields.js';
import { fail } from '../core/errors.js';
import { assertOptionNames, invalidOption } from '../core/options.js';
import { ApiKeyMemory } from './api-key-memory.js';

/** What a request may know of the API key that it came with. */
export interface RequestApiKey {
  readonly keyId: string;
  readonly prefix: string;
  readonly scopes: readonly string[];
}

export interface FromApiKeyOptions {
  /** Where keys are kept: a directory such as `postgresTenants(…)`, the cache itself, or a store of your own. */
  keys: ApiKeyStore | { readonly apiKeys?: ApiKeyStore | undefined };
  /** Scopes that a key must have, all of them. Default: none. */
  scopes?: readonly string[];
  /** Default `x-api-key`; `Authorization: Bearer tck_…` and `Authorization: ApiKey …` are read as well. */
  headerName?: string;
}

const WHERE = 'fromApiKey()';
const METHODS = ['verify', 'changes', 'used'] as const;
/** Keys are remembered once per process, however many resolvers there are. */
const memories = new WeakMap<ApiKeyStore, ApiKeyMemory>();

/**
 * Takes the tenant from an API key; no key, no tenant. A verified key is remembered by its SHA-256 and answered
 * synchronously; within a second of its revocation every process has forgotten it. While the store does not answer,
 * remembered keys serve for five minutes.
 * Sets `req.tenantCacheKey`. The returned function throws or rejects with `API_KEY_INVALID`, `API_KEY_SCOPE`, or
 * `DIRECTORY_UNAVAILABLE` where it cannot be known.
 * @throws TenantCacheError `OPTION_INVALID` at construction
 */
export function fromApiKey(options: FromApiKeyOptions): (req: IncomingMessage) => string | undefined | Promise<string> {
  assertOptionNames(WHERE, options, ['keys', 'scopes', 'headerName']);
  const { headerName = 'x-api-key', scopes = [] } = options;
  if (typeof headerName !== 'string' || headerName === '' || headerName.toLowerCase() === 'authorization') {
    throw invalidOption(WHERE, 'headerName', 'the name of a header that is not Authorization, which is read anyway');
  }
  const isScopes = Array.isArray(scopes) && scopes.length <= MAX_API_KEY_SCOPES;
  if (!isScopes || scopes.some((scope) => typeof scope !== 'string' || !API_KEY_SCOPE.test(scope))) {
    throw invalidOption(WHERE, 'scopes', `a list of at most ${MAX_API_KEY_SCOPES} that match ${API_KEY_SCOPE}`);
  }
  const memory = memoryOf(storeOf(options.keys));
  const header = headerName.toLowerCase();
  addCredentialField(header);
  const wanted = [...scopes];

  const admit = (req: IncomingMessage, key: ApiKey | undefined): string => {
    if (key === undefined) throw fail('API_KEY_INVALID', { given: 'a key that is unknown, expired or revoked' });
    const missing = wanted.find((scope) => !key.scopes.includes(scope));
    if (missing !== undefined) throw fail('API_KEY_SCOPE', { given: `the key ${key.prefix}…`, allowed: missing });
    const target: { tenantCacheKey?: RequestApiKey } = req as object;
    target.tenantCacheKey = Object.freeze({ keyId: key.keyId, prefix: key.prefix, scopes: key.scopes });
    return key.tenantId;
  };

  return (req) => {
    const text = keyOf(req, header);
    if (text === undefined) return undefined;
    if (!isApiKey(text)) throw fail('API_KEY_INVALID', { given: 'what is no API key: a part is missing, or mistyped' });
    const found = memory.find(apiKeySecret(text).digest);
    return found instanceof Promise ? found.then((key) => admit(req, key)) : admit(req, found);
  };
}

/** Undefined where the request has none; what another scheme carries belongs to somebody else. */
function keyOf({ headers }: IncomingMessage, header: string): string | undefined {
  const own = headers[header] === undefined ? undefined : String(headers[header]);
  const [, scheme, rest = ''] = /^(ApiKey|Bearer) +([^ ].*)$/i.exec(headers.authorization ?? '') ?? [];
  const isOurs = scheme?.toLowerCase() === 'apikey' || (scheme !== undefined && rest.startsWith(API_KEY_MARK));
  if (!isOurs) return own;
  // Two that differ: a proxy may have looked at the other one.
  if (own !== undefined && own !== rest) throw fail('API_KEY_INVALID', { given: 'two different API keys' });
  return rest;
}

function storeOf(keys: unknown): ApiKeyStore {
  const given = keys as Partial<ApiKeyStore> & { apiKeys?: unknown };
  const store = (typeof given?.verify === 'function' ? given : given?.apiKeys) as Partial<ApiKeyStore> | undefined;
  if (typeof store !== 'object' || store === null || METHODS.some((name) => typeof store[name] !== 'function')) {
    throw invalidOption(WHERE, `keys: ${typeof keys} without API keys`, 'a directory or store that keeps API keys');
  }
  return store as ApiKeyStore;
}

function memoryOf(store: ApiKeyStore): ApiKeyMemory {
  const memory = memories.get(store) ?? new ApiKeyMemory(store);
  memories.set(store, memory);
  return memory;
}
