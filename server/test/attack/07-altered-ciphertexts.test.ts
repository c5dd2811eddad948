import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { ENVELOPE_BYTES } from '../../src/core/stored-size.js';
import { testRedisUrl } from '../fakes/redis-url.js';
import { EncryptedTenant } from './stored-entries.js';

const SEQUENCE = { start: 1, end: 7 };
const FLAGS_AT = 13;
const SEALED = 8;

describe('attack 7: ciphertexts that were altered or moved', () => {
  const encryption = { keys: { k1: randomBytes(32) }, activeKeyId: 'k1' };
  let redis: Redis;
  let tenant: EncryptedTenant;
  beforeAll(() => {
    redis = new Redis(testRedisUrl());
  });
  afterAll(() => redis.quit());
  beforeEach(() => {
    tenant = new EncryptedTenant(redis, { encryption });
  });
  afterEach(() => tenant.close());

  const isMissed = async (key: string, reason: string) => {
    tenant.unreadable.length = 0;
    expect(await tenant.get(key)).toBeUndefined();
    expect(tenant.unreadable).toEqual([reason]);
  };
  const payloadOf = async (of: EncryptedTenant, key: string) => (await of.stored(key)).subarray(ENVELOPE_BYTES);

  it('keeps nothing readable in Redis, small or compressed', async () => {
    const canary = 'canary-4711 ';
    await tenant.set('small', { canary });
    await tenant.set('large', { canary: canary.repeat(2_000) });
    for (const key of ['small', 'large']) {
      const stored = await tenant.stored(key);
      expect(stored.includes('canary')).toBe(false);
      expect((stored[FLAGS_AT] as number) & SEALED).toBe(SEALED);
    }
    expect(await tenant.get('small')).toEqual({ canary });
    expect(await tenant.get('large')).toEqual({ canary: canary.repeat(2_000) });
    expect((await tenant.stored('large')).length).toBeLessThan(2_000);
  });

  it('misses an entry of which any byte was changed, and loads it anew', async () => {
    await tenant.set('k', 'value');
    const good = await tenant.stored('k');
    for (let at = ENVELOPE_BYTES; at < good.length; at++) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] as number) ^ 0x10;
      await tenant.overwrite('k', bad);
      tenant.unreadable.length = 0;
      expect(await tenant.get('k')).toBeUndefined();
      expect(['sealed', 'unknown-key']).toContain(tenant.unreadable[0]);
    }
    await tenant.overwrite('k', good);
    expect(await tenant.get('k')).toBe('value');
    await tenant.plant('k', randomBytes(60));
    expect(await tenant.load('k', () => 'loaded')).toBe('loaded');
    expect(await tenant.get('k')).toBe('loaded');
  });

  it("misses another tenant's entry, whole or with the sequence that stands there", async () => {
    const other = new EncryptedTenant(redis, { encryption });
    await other.set('k', 'theirs');
    await tenant.set('k', 'ours');
    const ours = await tenant.stored('k');
    await tenant.overwrite('k', await other.stored('k'));
    await isMissed('k', 'sealed');
    await tenant.overwrite('k', Buffer.concat([ours.subarray(0, ENVELOPE_BYTES), await payloadOf(other, 'k')]));
    await isMissed('k', 'sealed');
    await other.close();
  });

  it("misses another key's entry", async () => {
    await tenant.set('admin', 'all rights');
    await tenant.set('guest', 'no rights');
    await tenant.overwrite('guest', await tenant.stored('admin'));
    await isMissed('guest', 'sealed');
  });

  it("misses an older version's ciphertext under a newer sequence, and a ciphertext under a sequence not its own", async () => {
    await tenant.set('k', 'old');
    const old = await payloadOf(tenant, 'k');
    await tenant.set('k', 'new');
    const current = await tenant.stored('k');
    await tenant.plant('k', old);
    await isMissed('k', 'sealed');
    for (let at = SEQUENCE.end - 1; at >= SEQUENCE.start; at--) {
      const moved = Buffer.from(current);
      moved[at] = ((moved[at] as number) + 1) & 0xff;
      await tenant.overwrite('k', moved);
      tenant.unreadable.length = 0;
      expect(await tenant.get('k')).toBeUndefined();
    }
  });

  it('misses a plain entry that was planted, also with the flag of a sealed one', async () => {
    await tenant.set('k', 'value');
    const planted = Buffer.concat([(await tenant.stored('k')).subarray(0, ENVELOPE_BYTES), Buffer.from('"planted"')]);
    await tenant.overwrite('k', planted);
    await isMissed('k', 'sealed');
    planted[FLAGS_AT] = (planted[FLAGS_AT] as number) & ~SEALED;
    await tenant.overwrite('k', planted);
    await isMissed('k', 'not-sealed');
  });

  it('is a miss for a process without the keys, and for one with other keys by the same name', async () => {
    await tenant.set('k', 'value');
    const without = new EncryptedTenant(redis, {}, tenant.name);
    const impostor = new EncryptedTenant(
      redis,
      { encryption: { keys: { k1: randomBytes(32) }, activeKeyId: 'k1' } },
      tenant.name,
    );
    for (const [reader, reason] of [
      [without, 'unknown-key'],
      [impostor, 'sealed'],
    ] as const) {
      expect(await reader.get('k')).toBeUndefined();
      expect(reader.unreadable).toEqual([reason]);
      await reader.close();
    }
    expect(await tenant.get('k')).toBe('value');
  });
});
