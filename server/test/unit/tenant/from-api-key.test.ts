import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { API_KEY_LENGTH, apiKeySecret, isApiKey, newApiKey } from '../../../src/core/api-key-format.js';
import type { ApiKey, ApiKeyStore } from '../../../src/core/api-keys.js';
import { fail } from '../../../src/core/errors.js';
import { type TenantId, tenantId } from '../../../src/core/tenant-id.js';
import { type FromApiKeyOptions, fromApiKey } from '../../../src/tenant/from-api-key.js';
import { MemoryApiKeys } from '../../../src/tenant/memory-api-keys.js';

const ADMIN = { id: 'admin@example.com', source: 'api' } as const;
const acme = tenantId('acme');
const invalid = expect.objectContaining({ code: 'API_KEY_INVALID', status: 401 });
const away = expect.objectContaining({ code: 'DIRECTORY_UNAVAILABLE', status: 503 });
const requestWith = (headers: Record<string, string>) => ({ headers }) as unknown as IncomingMessage;
const bearing = (key: string) => requestWith({ 'x-api-key': key });

/** A store that counts what is asked of it, and may be away or slow. */
class WatchedKeys extends MemoryApiKeys {
  asked = { verify: 0, changes: 0, used: 0, atOnce: 0, most: 0 };
  isAway = false;
  held: Promise<void> | undefined;

  constructor() {
    super(
      () => true,
      () => {},
    );
  }
  override async verify(digest: Buffer): Promise<ApiKey | undefined> {
    this.asked.verify += 1;
    this.asked.most = Math.max(this.asked.most, ++this.asked.atOnce);
    const found = this.isAway ? Promise.reject(fail('DIRECTORY_UNAVAILABLE')) : super.verify(digest);
    found.catch(() => {});
    // What was read is from before the wait.
    await (this.held ?? new Promise(setImmediate));
    this.asked.atOnce -= 1;
    return found;
  }
  override async changes(cursor: string | undefined) {
    this.asked.changes += 1;
    if (this.isAway) throw new Error('secret internals');
    return super.changes(cursor);
  }
  override async used(times: ReadonlyMap<string, number>): Promise<void> {
    this.asked.used += 1;
    return super.used(times);
  }
  async made(more: { tenant?: TenantId; scopes?: string[]; expiresAtMs?: number } = {}) {
    const text = newApiKey();
    const wanted = {
      tenantId: more.tenant ?? acme,
      name: 'CI',
      scopes: more.scopes ?? [],
      expiresAtMs: more.expiresAtMs,
    };
    return { text, ...(await this.create(wanted, apiKeySecret(text), 'for CI', ADMIN)) };
  }
}

/** Lets timers fire and what they begin go on. */
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);
afterEach(() => {
  jest.useRealTimers();
});

describe('the format', () => {
  it('has 256 random bits and a checksum, so that a typo costs no look-up', () => {
    const keys = Array.from({ length: 200 }, () => newApiKey());
    expect(new Set(keys).size).toBe(200);
    for (const key of keys) {
      expect(key).toHaveLength(API_KEY_LENGTH);
      expect(isApiKey(key)).toBe(true);
      expect(apiKeySecret(key).prefix).toBe(key.slice(0, 12));
      const at = 4 + Math.floor(Math.random() * (API_KEY_LENGTH - 4));
      const typo = key.slice(0, at) + (key[at] === 'x' ? 'y' : 'x') + key.slice(at + 1);
      expect([typo, isApiKey(typo)]).toEqual([typo, false]);
    }
    expect(new Set(keys.flatMap((key) => [...key.slice(4, 47)])).size).toBe(62);
  });

  it.each(['', 'tck_', 'x'.repeat(50_000), `tck_${'0'.repeat(49)}`, `${newApiKey()}\n`, newApiKey().toUpperCase()])(
    'refuses %#',
    (text) => {
      expect(isApiKey(text)).toBe(false);
    },
  );
});

describe('a request', () => {
  it.each([
    ['x-api-key', (key: string) => ({ 'x-api-key': key })],
    ['Bearer', (key: string) => ({ authorization: `Bearer ${key}` })],
    ['ApiKey', (key: string) => ({ authorization: `apikey  ${key}` })],
    ['both, the same', (key: string) => ({ 'x-api-key': key, authorization: `Bearer ${key}` })],
    [
      'and a token of somebody else',
      (key: string) => ({ 'x-api-key': key, authorization: 'Bearer eyJhbGciOiJIUzI1NiJ9.e30.x' }),
    ],
  ])('names its tenant by %s, and is told which key it came with', async (_name, headers) => {
    const keys = new WatchedKeys();
    const { text, keyId, prefix } = await keys.made({ scopes: ['a', 'b'] });
    const req = requestWith(headers(text));
    expect(await fromApiKey({ keys, scopes: ['b'] })(req)).toBe('acme');
    expect(req).toMatchObject({ tenantCacheKey: { keyId, prefix, scopes: ['a', 'b'] } });
    const { scopes } = (req as unknown as { tenantCacheKey: { scopes: string[] } }).tenantCacheKey;
    expect(() => scopes.push('admin')).toThrow(TypeError);
  });

  it('without a key of ours names none', () => {
    const resolve = fromApiKey({ keys: new WatchedKeys() });
    for (const headers of [
      {},
      { authorization: 'Basic YTpi' },
      { authorization: 'Bearer eyJ.e30.x' },
      { authorization: 'ApiKey' },
    ]) {
      expect(resolve(requestWith(headers as Record<string, string>))).toBeUndefined();
    }
  });

  it.each([
    ['a typo', (key: string) => ({ 'x-api-key': `${key.slice(0, -1)}_` })],
    ['a part', (key: string) => ({ 'x-api-key': key.slice(0, 30) })],
    ['the prefix', (key: string) => ({ authorization: `Bearer ${key.slice(0, 12)}` })],
    ['an empty header', () => ({ 'x-api-key': '' })],
    ['two in one header', (key: string) => ({ 'x-api-key': `${key}, ${key}` })],
    ['two that differ', (key: string) => ({ 'x-api-key': key, authorization: `Bearer ${newApiKey()}` })],
    ['something huge', () => ({ 'x-api-key': 'tck_'.repeat(10_000) })],
  ])('with %s is refused without a look-up', async (_name, headers) => {
    const keys = new WatchedKeys();
    const { text } = await keys.made();
    expect(() => fromApiKey({ keys })(requestWith(headers(text)))).toThrow(invalid);
    expect(keys.asked.verify).toBe(0);
  });

  it('is refused with a key that is unknown, expired or revoked, all alike, and without a scope', async () => {
    const keys = new WatchedKeys();
    const revoked = await keys.made();
    await keys.revoke(revoked, 'leaked', ADMIN);
    const expired = await keys.made({ expiresAtMs: Date.now() - 1 });
    const resolve = fromApiKey({ keys });
    const errors = await Promise.all(
      [newApiKey(), revoked.text, expired.text].map((text) =>
        Promise.resolve(resolve(bearing(text))).catch((error) => error),
      ),
    );
    for (const error of errors) expect(error).toEqual(invalid);
    expect(new Set(errors.map(({ message }) => message)).size).toBe(1);
    const narrow = await keys.made({ scopes: ['orders:read'] });
    await expect(
      fromApiKey({ keys, scopes: ['orders:read', 'orders:write'] })(bearing(narrow.text)),
    ).rejects.toMatchObject({
      code: 'API_KEY_SCOPE',
      status: 403,
    });
  });
});

describe('a verified key', () => {
  it('is answered at once the second time, by every resolver of the store, until it expires', async () => {
    jest.useFakeTimers();
    const keys = new WatchedKeys();
    const { text } = await keys.made({ expiresAtMs: Date.now() + 60_000 });
    const first = fromApiKey({ keys })(bearing(text));
    expect(first).toBeInstanceOf(Promise);
    await pass(1);
    await first;
    const resolve = fromApiKey({ keys: { apiKeys: keys } });
    expect(resolve(bearing(text))).toBe('acme');
    await pass(59_000);
    expect(resolve(bearing(text))).toBe('acme');
    await pass(1_000);
    expect(() => resolve(bearing(text))).toThrow(invalid);
    expect(keys.asked.verify).toBe(1);
  });

  it('is forgotten within a second of its revocation, at the cost of one query for all keys', async () => {
    jest.useFakeTimers();
    const keys = new WatchedKeys();
    const made = await Promise.all(Array.from({ length: 50 }, () => keys.made()));
    const resolve = fromApiKey({ keys });
    const all = Promise.all(made.map(({ text }) => resolve(bearing(text))));
    await pass(100);
    await all;
    const before = keys.asked.changes;
    const [first, second] = made as [(typeof made)[0], (typeof made)[0]];
    await keys.revoke(first, 'leaked', ADMIN);
    await keys.rotate(second, apiKeySecret(newApiKey()), Date.now() + 100, 'rotated', ADMIN);
    await pass(1_000);
    expect(keys.asked.changes - before).toBeLessThanOrEqual(2);
    for (const { text } of [first, second]) {
      const refused = expect(Promise.resolve(resolve(bearing(text)))).rejects.toEqual(invalid);
      await pass(1);
      await refused;
    }
    expect(resolve(bearing(made[2]?.text ?? ''))).toBe('acme');
  });

  it('is not remembered as it was where it is revoked while it is read', async () => {
    jest.useFakeTimers();
    const keys = new WatchedKeys();
    const other = await keys.made();
    const resolve = fromApiKey({ keys });
    const begun = resolve(bearing(other.text));
    await pass(1);
    await begun;
    const made = await keys.made();
    let release: () => void = () => {};
    keys.held = new Promise((resolve) => {
      release = resolve;
    });
    const late = Promise.resolve(resolve(bearing(made.text))).catch((error) => error);
    await pass(0);
    await keys.revoke(made, 'leaked', ADMIN);
    await pass(1_000);
    keys.held = undefined;
    release();
    await pass(1);
    expect(await late).toEqual(invalid);
    const again = expect(async () => resolve(bearing(made.text))).rejects.toEqual(invalid);
    await pass(1);
    await again;
  });

  it('is read again every five minutes in the background, and forgotten where nobody uses it', async () => {
    jest.useFakeTimers();
    const keys = new WatchedKeys();
    const { text } = await keys.made();
    const resolve = fromApiKey({ keys });
    const first = resolve(bearing(text));
    await pass(1);
    await first;
    for (let minute = 0; minute < 6; minute++) {
      await pass(60_000);
      expect(resolve(bearing(text))).toBe('acme');
    }
    await pass(1_000);
    expect(keys.asked.verify).toBe(2);
    await pass(400_000);
    const asked = keys.asked.changes;
    await pass(60_000);
    expect(keys.asked.changes).toBe(asked);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('serves five minutes while the store is away, and no longer; unknown ones are refused with 503', async () => {
    jest.useFakeTimers();
    const keys = new WatchedKeys();
    const { text } = await keys.made();
    const stranger = await keys.made();
    const resolve = fromApiKey({ keys });
    const first = resolve(bearing(text));
    await pass(1);
    await first;
    keys.isAway = true;
    const refused = expect(resolve(bearing(stranger.text))).rejects.toEqual(away);
    await pass(1);
    await refused;
    for (let seconds = 0; seconds < 290; seconds += 10) {
      await pass(10_000);
      expect(resolve(bearing(text))).toBe('acme');
    }
    await pass(15_000);
    const late = expect(resolve(bearing(text))).rejects.toEqual(away);
    await pass(1);
    await late;
    keys.isAway = false;
    const back = resolve(bearing(text));
    await pass(1);
    expect(await back).toBe('acme');
    expect(resolve(bearing(text))).toBe('acme');
  });

  it('is asked for no more once its store is closed', async () => {
    jest.useFakeTimers();
    const keys = new WatchedKeys();
    const { text } = await keys.made();
    const resolve = fromApiKey({ keys });
    await Promise.all([resolve(bearing(text)), pass(10)]);
    keys.changes = async () => {
      keys.asked.changes += 1;
      throw fail('CACHE_CLOSED');
    };
    const before = keys.asked.changes;
    await pass(60_000);
    expect(keys.asked.changes - before).toBe(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('serves on where its store throws instead of answering, and its uses are written later', async () => {
    jest.useFakeTimers();
    const keys = new WatchedKeys();
    const { text } = await keys.made();
    const resolve = fromApiKey({ keys });
    const first = resolve(bearing(text));
    await pass(1);
    await first;
    const broken = () => {
      throw new TypeError('no such table');
    };
    const changes = jest.spyOn(keys, 'changes').mockImplementation(broken);
    const used = jest.spyOn(keys, 'used').mockImplementation(broken);
    await pass(30_000);
    expect(resolve(bearing(text))).toBe('acme');
    expect(used).toHaveBeenCalled();
    changes.mockRestore();
    used.mockRestore();
    await pass(60_000);
    resolve(bearing(text));
    await pass(15_000);
    expect(keys.asked.used).toBeGreaterThan(0);
  });

  it('is forgotten with all others where the store cannot tell what changed', async () => {
    jest.useFakeTimers();
    const keys = new WatchedKeys();
    const { text } = await keys.made();
    const resolve = fromApiKey({ keys });
    const first = resolve(bearing(text));
    await pass(1);
    await first;
    jest.spyOn(keys, 'changes').mockResolvedValueOnce({ keyIds: [], all: true, cursor: '0' });
    await pass(800);
    expect(resolve(bearing(text))).toBeInstanceOf(Promise);
    await pass(1);
  });

  it('has its last use written to the minute, for all keys at once', async () => {
    jest.useFakeTimers({ now: 1_800_000_000_000 });
    const keys = new WatchedKeys();
    const { text, keyId } = await keys.made();
    const resolve = fromApiKey({ keys });
    const first = resolve(bearing(text));
    await pass(1);
    await first;
    for (let second = 0; second < 50; second++) {
      await pass(1_000);
      resolve(bearing(text));
    }
    expect(keys.asked.used).toBeLessThanOrEqual(2);
    expect((await keys.list(acme, { page: 1, pageSize: 1 })).items[0]).toMatchObject({
      keyId,
      lastUsedAt: new Date(1_800_000_000_000).toISOString(),
    });
  });
});

describe('a flood of keys that are none', () => {
  it('costs one look-up where it is one key, good or not', async () => {
    const keys = new WatchedKeys();
    const { text } = await keys.made();
    const resolve = fromApiKey({ keys });
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => resolve(bearing(text)))))).toEqual(
      new Set(['acme']),
    );
    const none = newApiKey();
    await Promise.allSettled(Array.from({ length: 50 }, () => resolve(bearing(none))));
    expect(keys.asked.verify).toBe(2);
  });

  it('is looked up two at a time, once each, and refused where too many wait', async () => {
    const keys = new WatchedKeys();
    const resolve = fromApiKey({ keys });
    const one = newApiKey();
    const known = await keys.made();
    await resolve(bearing(known.text));
    const flood = Array.from({ length: 1_000 }, (_, index) => resolve(bearing(index % 2 ? one : newApiKey())));
    expect(resolve(bearing(known.text))).toBe('acme');
    const results = await Promise.allSettled(flood);
    const codes = results.map((result) => (result.status === 'rejected' ? result.reason.code : 'let in'));
    expect(new Set(codes)).toEqual(new Set(['API_KEY_INVALID', 'DIRECTORY_UNAVAILABLE']));
    expect(keys.asked.most).toBe(2);
    expect(keys.asked.verify).toBeLessThan(270);
    const before = keys.asked.verify;
    expect(() => resolve(bearing(one))).toThrow(invalid);
    expect(keys.asked.verify).toBe(before);
  });
});

describe('options', () => {
  const keys = new WatchedKeys() as ApiKeyStore;
  it.each([
    ['none', undefined],
    ['no store', {}],
    ['a store without verify', { keys: { changes: () => {}, used: () => {} } }],
    ['a directory without keys', { keys: { find: () => {} } }],
    ['an unknown name', { keys, scope: 'a' }],
    ['scopes that are no list', { keys, scopes: 'a' }],
    ['a scope off the grammar', { keys, scopes: ['Orders'] }],
    ['too many scopes', { keys, scopes: Array.from({ length: 33 }, (_, index) => `s${index}`) }],
    ['an empty header name', { keys, headerName: '' }],
    ['Authorization as the header', { keys, headerName: 'Authorization' }],
  ])('%s: refused at construction', (_name, options) => {
    expect(() => fromApiKey(options as unknown as FromApiKeyOptions)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
  });

  it('leaves no trace of a key in an error', async () => {
    const text = `${newApiKey()}${randomUUID()}`;
    let message = '';
    try {
      fromApiKey({ keys })(bearing(text));
    } catch (error) {
      message = `${(error as Error).message} ${JSON.stringify(error)}`;
    }
    expect(message).toContain('API_KEY_INVALID');
    expect(message).not.toContain(text.slice(4, 20));
  });
});
