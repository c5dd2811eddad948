import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { fail } from '../core/errors.js';

const FETCH_TIMEOUT_MS = 3_000;
const FRESH_MS = 600_000;
const LAST_GOOD_MS = 86_400_000;
const COOL_DOWN_MS = 30_000;
const COOL_DOWN_WITHOUT_KEYS_MS = 1_000;
/** Key sets have a few keys; what is longer is none, and must not fill the memory. */
const MAX_LENGTH = 1_048_576;

/**
 * The keys behind a JWKS URL, read at the first token, again every 10 minutes in the background, and for a `kid` that
 * is not known. One read at a time and one per 30 s (1 s as long as there are no keys), whatever tokens arrive. While
 * the URL does not answer, the last good keys serve for a day.
 * The returned function rejects with `DIRECTORY_UNAVAILABLE` where there are no keys to check with.
 */
export function jwksKeys(url: URL): JWTVerifyGetKey {
  let keys: ReturnType<typeof createLocalJWKSet> | undefined;
  let readAtMs = Number.NEGATIVE_INFINITY;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  async function read(): Promise<void> {
    triedAtMs = Date.now();
    try {
      keys = createLocalJWKSet(await fetchKeySet(url));
      readAtMs = Date.now();
    } catch {
      // The last good keys stay; a broken answer must not shut every tenant out.
    } finally {
      reading = undefined;
    }
  }

  /** The read under way, or a new one where the cool-down is over; undefined where it is not. */
  function refresh(): Promise<void> | undefined {
    const coolDownMs = keys ? COOL_DOWN_MS : COOL_DOWN_WITHOUT_KEYS_MS;
    if (!reading && Date.now() - triedAtMs >= coolDownMs) reading = read();
    return reading;
  }

  return async (header, token) => {
    if (!keys) await refresh();
    else if (Date.now() - readAtMs >= FRESH_MS) void refresh();
    if (!keys || Date.now() - readAtMs >= LAST_GOOD_MS) {
      throw fail('DIRECTORY_UNAVAILABLE', {
        given: 'no answer from the JWKS URL',
        todo: 'check jwksUrl and the issuer',
      });
    }
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await refresh();
      return keys(header, token);
    }
  };
}

async function fetchKeySet(url: URL): Promise<JSONWebKeySet> {
  const response = await fetch(url, {
    headers: { accept: 'application/json, application/jwk-set+json' },
    redirect: 'error',
    signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`status ${response.status}`);
  }
  return JSON.parse(await textOf(response)) as JSONWebKeySet;
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    // Leaving the loop cancels the rest of the body.
    if (text.length > MAX_LENGTH) throw new Error('too long');
  }
  return text + decoder.decode();
}
