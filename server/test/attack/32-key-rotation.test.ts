import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { aesGcmSealer } from '../../src/cache/aes-gcm-sealer.js';
import { resolveEncryption } from '../../src/core/codec-options.js';
import type { SealContext } from '../../src/core/contracts.js';
import { ENVELOPE_BYTES } from '../../src/core/stored-size.js';
import { testRedisUrl } from '../fakes/redis-url.js';
import { EncryptedTenant, freshTenantName } from './stored-entries.js';

const KEYS = 40;
const SEALS = 100_000;

describe('attack 32: rotation of keys under load', () => {
  let redis: Redis;
  beforeAll(() => {
    redis = new Redis(testRedisUrl());
  });
  afterAll(() => redis.quit());

  const keyIdOf = async (tenant: EncryptedTenant, key: string) =>
    (await tenant.stored(key)).toString('latin1').slice(ENVELOPE_BYTES + 2, ENVELOPE_BYTES + 5);

  it('reads every entry in every step, in every process, and needs the old key no more once all is written anew', async () => {
    const old = randomBytes(32);
    const fresh = randomBytes(32);
    const name = freshTenantName();
    const both = { old, new: fresh };
    // A step is rolled out process by process: first all know the new key, then it seals, then the old one goes.
    const steps = [
      { keys: { old }, activeKeyId: 'old' },
      { keys: both, activeKeyId: 'old' },
      { keys: both, activeKeyId: 'new' },
    ];
    const processes = steps.map((encryption) => new EncryptedTenant(redis, { encryption }, name));
    const [before, during, after] = processes as [EncryptedTenant, EncryptedTenant, EncryptedTenant];
    const names = Array.from({ length: KEYS }, (_, index) => `k${index}`);
    for (const key of names) await before.set(key, key);

    let answered = 0;
    const load = async (writer: EncryptedTenant, readers: readonly EncryptedTenant[]) => {
      await Promise.all(
        names.map(async (key) => {
          for (let round = 0; round < 5; round++) {
            if (round === 2) await writer.set(key, key);
            for (const reader of readers) {
              // A read that meets the write of another process may find nothing, but never something else.
              expect(await reader.load(key, () => key)).toBe(key);
              answered++;
            }
          }
        }),
      );
    };
    await load(before, [before, during]);
    expect(before.unreadable).toEqual([]);
    await load(during, [during, after]);
    await load(after, [during, after]);
    expect(answered).toBe(3 * 5 * 2 * KEYS);
    expect([...during.unreadable, ...after.unreadable]).toEqual([]);
    for (const key of names) await after.set(key, key);
    for (const key of names) expect(await keyIdOf(after, key)).toBe('new');

    const done = new EncryptedTenant(redis, { encryption: { keys: { new: fresh }, activeKeyId: 'new' } }, name);
    for (const key of names) expect(await done.get(key)).toBe(key);
    expect(done.unreadable).toEqual([]);
    // What the process that was forgotten still writes is a miss, told from an altered one.
    await before.set('late', 'late');
    expect(await done.get('late')).toBeUndefined();
    expect(done.unreadable).toEqual(['unknown-key']);
    expect(await done.load('late', () => 'loaded')).toBe('loaded');
    await Promise.all([...processes, done].map((one) => one.close()));
  });

  it('uses no nonce twice in 100,000 seals of one tenant and entry, nor across instances', () => {
    const settings = resolveEncryption('test', { keys: { k: randomBytes(32) }, activeKeyId: 'k' });
    const sealers = [aesGcmSealer(settings), aesGcmSealer(settings)];
    const context = { tenant: 'acme', id: 'r:k', sequence: 1 } as SealContext;
    const payload = Buffer.from('1');
    const nonces = new Set<string>();
    for (let index = 0; index < SEALS; index++) {
      nonces.add((sealers[index & 1] as (typeof sealers)[0]).seal(payload, context).toString('latin1', 3, 15));
    }
    expect(nonces.size).toBe(SEALS);
    // Random in every byte: a counter would begin anew in every process.
    for (let at = 0; at < 12; at++) {
      expect(new Set([...nonces].slice(0, 20_000).map((nonce) => nonce.charCodeAt(at))).size).toBe(256);
    }
  });
});
