import assert from 'node:assert/strict';
import { afterAll, afterEach, beforeAll, describe, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { tenantId } from '../../src/core/tenant-id.js';
import { ScriptRunner } from '../../src/l2/script-runner.js';
import { SettingsJournal } from '../../src/l2/settings-journal.js';
import { RedisProcess, until } from '../fakes/redis-process.js';

const KEY = 'tenantcache:settings';
const [a, b] = [tenantId('a'), tenantId('b')];

describe('the settings journal', () => {
  let redis: RedisProcess;
  let client: Redis;
  const journals: SettingsJournal[] = [];
  const open = async (ready = true) => {
    const scripts = new ScriptRunner(client);
    const journal = new SettingsJournal({
      read: (call) => call(client),
      run: (name, keys, args) => scripts.run(name, keys, args),
    });
    journals.push(journal);
    const heard: string[] = [];
    journal.onTenant((tenant) => heard.push(tenant));
    journal.onFleet((everything) => heard.push(everything ? 'everything' : 'fleet'));
    // The first look tells of everything: what was remembered before may be old.
    if (ready) await until(() => heard.splice(0).length > 0);
    return { journal, heard };
  };
  /** Until a look has told something: one that is under way already makes another one look at nothing. */
  const heardOf = ({ journal, heard }: Awaited<ReturnType<typeof open>>) =>
    until(async () => {
      await journal.poll();
      return heard.length > 0;
    });
  const numberOf = async (member: string) => Number(await client.zscore(KEY, member));

  beforeAll(async () => {
    redis = await RedisProcess.reserve();
    await redis.start();
    client = redis.client();
  });
  afterEach(async () => {
    for (const journal of journals.splice(0)) journal.close();
    await client.del(KEY);
  });
  afterAll(async () => {
    client.disconnect();
    await redis.kill();
  });

  it('tells every other process of a change within the second, once, and not the one that made it', async () => {
    const [near, far] = [await open(), await open()];
    await near.journal.append(a);
    // A journal that begins knows nothing of before.
    await heardOf(far);
    assert.deepEqual(far.heard.splice(0), ['everything']);
    await heardOf(near);
    near.heard.splice(0);
    await near.journal.append(b);
    await near.journal.append();
    await near.journal.append(a);
    await until(() => far.heard.length === 3);
    assert.deepEqual(far.heard.sort(), ['a', 'b', 'fleet']);
    await Promise.all([near.journal.poll(), far.journal.poll()]);
    assert.deepEqual([near.heard, far.heard.length], [[], 3]);
  });

  it('tells the one that made a change of another’s later change of the same', async () => {
    const [near, far] = [await open(), await open()];
    await near.journal.append(a);
    await heardOf(near);
    near.heard.splice(0);
    await near.journal.append(a);
    await far.journal.append(a);
    await until(() => near.heard.length === 1);
    assert.deepEqual(near.heard, ['a']);
  });

  it('numbers changes upwards, also where the clock stands still or goes back', async () => {
    const { journal } = await open();
    await journal.append(a);
    const ahead = (await numberOf('a')) + 60_000_000;
    await client.zadd(KEY, ahead, 'a');
    await journal.append(b);
    assert.equal(await numberOf('b'), ahead + 1);
  });

  it('keeps the last 10,000, and tells who fell behind that anything may have changed', async () => {
    const [near, far] = [await open(), await open()];
    await near.journal.append(a);
    await heardOf(far);
    far.journal.close();
    far.heard.splice(0);
    const newest = await numberOf('a');
    const fill = Array.from({ length: 10_000 }, (_, index) => [newest + 1 + index, `t${index}`]).flat();
    await client.zadd(KEY, ...fill);
    await near.journal.append(b);
    assert.deepEqual([await client.zcard(KEY), await client.zscore(KEY, 'a')], [10_001, null]);
    assert.equal(await numberOf('.'), newest + 1);
    await heardOf(far);
    assert.deepEqual(far.heard, ['everything']);
    await far.journal.poll();
    assert.deepEqual(far.heard, ['everything']);
  });

  it('tells of everything once Redis has lost the journal and it begins again', async () => {
    const [near, far] = [await open(), await open()];
    await near.journal.append(a);
    await heardOf(far);
    far.heard.splice(0);
    await client.flushall();
    await near.journal.append(b);
    await until(() => far.heard.length > 0);
    assert.deepEqual(far.heard, ['everything']);
  });

  it('notes a change that found Redis away once it is back, and reads on from where it was', async () => {
    const [near, far] = [await open(), await open()];
    await near.journal.append(a);
    await heardOf(far);
    far.heard.splice(0);
    await redis.kill();
    await assert.rejects(near.journal.append(b));
    await redis.start();
    await until(() => far.heard.includes('everything'));
    assert.ok((await numberOf('b')) > 0);
  });
});
