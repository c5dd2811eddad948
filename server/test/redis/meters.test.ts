import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { type Limits, limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import type { WriteOutcome } from '../../src/core/store-outcomes.js';
import { storedMember, storedSizeBytes } from '../../src/core/stored-size.js';
import { tenantId } from '../../src/core/tenant-id.js';
import { metaKey } from '../../src/l2/redis-keys.js';
import { ScriptRunner } from '../../src/l2/script-runner.js';
import { SequenceClock } from '../../src/l2/sequence-clock.js';
import { settleOutcome } from '../../src/l2/settle-reply.js';
import { concludeWrites, PendingWrite, writeCall } from '../../src/l2/write-call.js';
import { redisStore } from '../fakes/redis-store.js';
import { testRedisUrl } from '../fakes/redis-url.js';

const AT_MS = 8;
const STEPS = 300;
const KEYS = 60;
/** In the packed account: behind four numbers of six bytes, one of four and one of one. */
const STAMP_AT = 29;

/** Adds up by hand what the store says it used, at the times that the store says it was. */
class Oracle {
  byteMs = 0;
  overageByteMs = 0;
  peakBytes = 0;
  usedBytes = 0;
  #atMs = 0;
  #quotaBytes = 0;

  saw(usedBytes: number, atMs: number, { quotaBytes }: Limits): void {
    if (this.#atMs > 0) {
      this.byteMs += this.usedBytes * (atMs - this.#atMs);
      this.overageByteMs += Math.max(0, this.usedBytes - this.#quotaBytes) * (atMs - this.#atMs);
    }
    this.usedBytes = usedBytes;
    this.#atMs = atMs;
    this.#quotaBytes = quotaBytes;
    this.peakBytes = Math.max(this.peakBytes, usedBytes);
  }
}

describe('the meters of an account', () => {
  let client: Redis;
  let real: ReturnType<typeof redisStore>;

  beforeAll(async () => {
    client = new Redis(testRedisUrl());
    real = redisStore();
    await real.store.ready();
  });

  afterAll(async () => {
    await real.close();
    await client.quit();
  });

  it('are within 0.1 % of what is added up by hand over writes, evictions, deletes and changes of quota', async () => {
    const tenant = tenantId(`meter-${randomUUID()}`);
    const scripts = new ScriptRunner(client);
    const oracle = new Oracle();
    const clock = new SequenceClock();
    const settle = async (limits: Limits) => {
      const { quotaBytes, hardLimitBytes, policy, enforcement } = limits;
      const args = [64, quotaBytes, hardLimitBytes, policy, enforcement];
      const reply = await scripts.run('settle', [metaKey('state', tenant)], args);
      return { outcome: settleOutcome(reply), atMs: Number(reply[AT_MS]) };
    };
    const serverMs = async () => {
      const [s, us] = await client.time();
      return Math.floor(Number(s) * 1_000 + Number(us) / 1_000);
    };
    /** What the times of deletes leave open. */
    let doubtByteMs = 0;
    const withOverage = (quotaBytes: number) =>
      limitsOf({ quotaBytes, overageAllowed: true, overageLimitBytes: 20_000 });
    let limits = withOverage(20_000);
    for (let step = 0; step < STEPS; step++) {
      const id = entryId('r', `k${(step * 17) % KEYS}`);
      if (step % 50 === 49) limits = withOverage(15_000 + (step % 4) * 5_000);
      if (step % 10 === 7) {
        // Of a delete the store does not say when it was: between two looks at its clock.
        const fromMs = await serverMs();
        await real.store.delete(tenant, id);
        const toMs = await serverMs();
        const { outcome, atMs } = await settle(limits);
        doubtByteMs += (toMs - fromMs) * (oracle.usedBytes - outcome.usedBytes);
        oracle.saw(outcome.usedBytes, fromMs, limits);
        oracle.saw(outcome.usedBytes, atMs, limits);
      } else {
        const member = storedMember(id);
        const body = { payload: Buffer.alloc((step * 131) % 1_500), ttlMs: 60_000, graceMs: 0 };
        const size = storedSizeBytes(tenant, member, body);
        let usedBytes = 0;
        const told = (outcome: WriteOutcome) => {
          usedBytes = outcome.usedBytes;
        };
        const write = new PendingWrite(tenant, id, member, body, limits, undefined, size, told, () => assert.fail());
        const call = writeCall([[write]], Buffer.from('x'), clock);
        const reply = await scripts.runPacked(call);
        assert.deepEqual(concludeWrites([[write]], reply, clock), []);
        oracle.saw(usedBytes, reply.readUIntBE(0, 6), limits);
      }
      await delay(1 + (step % 7));
    }
    const { outcome, atMs } = await settle(limits);
    const { meters } = outcome;
    oracle.saw(outcome.usedBytes, atMs, limits);
    assert.ok(oracle.overageByteMs > 0.01 * oracle.byteMs, 'the quota was exceeded');
    near(meters.byteMs, oracle.byteMs, doubtByteMs);
    near(meters.overageByteMs, oracle.overageByteMs, doubtByteMs);
    assert.equal(meters.peakBytes, oracle.peakBytes);
    await real.store.clear(tenant);
  });

  it('do not meter a time again once a clock is right that was set back', async () => {
    const tenant = tenantId(`meter-${randomUUID()}`);
    const limits = limitsOf({ quotaBytes: 1e6 });
    const body = { payload: Buffer.alloc(500), ttlMs: 600_000, graceMs: 0 };
    const state = metaKey('state', tenant);
    await real.store.write(tenant, entryId('r', 'k'), body, limits);
    const account = (await client.hgetBuffer(state, 'a')) as Buffer;
    // As if the server's clock had been an hour further when it was last written.
    const furtherMs = account.readUIntBE(STAMP_AT, 6) + 3_600_000;
    account.writeUIntBE(furtherMs, STAMP_AT, 6);
    await client.hset(state, 'a', account);
    await real.store.write(tenant, entryId('r', 'other'), body, limits);
    const after = (await client.hgetBuffer(state, 'a')) as Buffer;
    assert.equal(after.readUIntBE(STAMP_AT, 6), furtherMs);
    assert.equal((await real.store.settle(tenant, limits)).meters.byteMs, after.readDoubleBE(STAMP_AT + 6));
    await real.store.clear(tenant);
  });
});

function near(actual: number, expected: number, doubt: number): void {
  assert.ok(
    Math.abs(actual - expected) <= 0.001 * expected + doubt,
    `${actual} is not ${expected}, give or take ${doubt}`,
  );
}
