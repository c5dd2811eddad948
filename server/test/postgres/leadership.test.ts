import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Leadership } from '../../src/core/upkeep.js';
import { postgresTenants } from '../../src/postgres/index.js';
import { PostgresLeadership } from '../../src/postgres/leadership.js';
import { leadershipContract } from '../../src/testing/leadership-contract.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

/** By the admin role, as which the leaders connect as well: it may look at its own sessions, and end them. */
const sql = <Row>(text: string, ...values: string[]) =>
  test.database.asAdmin('system:test', (tx) => tx.$queryRawUnsafe<Row[]>(text, ...values));

const HOLDERS = `FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.objid = hashtext($1)::oid
   AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

async function holders(name: string): Promise<number> {
  return (await sql(`SELECT 1 AS held ${HOLDERS}`, name)).length;
}

/** Ends the session of whoever leads under this name; whose process hears of it when it may. */
async function cut(name: string): Promise<void> {
  expect(await sql(`SELECT pg_terminate_backend(l.pid) AS cut ${HOLDERS}`, name)).toEqual([{ cut: true }]);
}

const open = () => postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl });
const asked = (leadership: Leadership) => leadership.lead().catch(() => undefined);

leadershipContract({ describe, it }, 'a session of Postgres', async () => {
  const opened = new Map<Leadership, string>();
  return {
    process: (name) => {
      const leadership = new PostgresLeadership(test.adminUrl, name, 5_000);
      opened.set(leadership, name);
      return leadership;
    },
    depose: (leader) => cut(opened.get(leader) ?? ''),
    pass: async () => {},
    termMs: 0,
    close: async () => {
      for (const leadership of opened.keys()) await (leadership as PostgresLeadership).close();
    },
  };
});

describe('leadership of postgresTenants', () => {
  it('passes on when the leader’s session ends, under a greater fence, and the old one learns of it', async () => {
    const [near, far] = [open(), open()];
    const name = randomUUID();
    const [leader, other] = [near.leadership?.(name), far.leadership?.(name)] as [Leadership, Leadership];
    for (let round = 0; round < 10; round++) {
      const fence = (await asked(leader)) ?? (await leader.lead());
      expect(await other.lead()).toBeUndefined();
      await cut(name);
      let next = await asked(other);
      while (next === undefined) {
        await delay(5);
        next = await asked(other);
      }
      expect(next).toBeGreaterThan(fence as number);
      expect(await asked(leader)).toBeUndefined();
      expect(await leader.lead()).toBeUndefined();
      await other.resign();
    }
    await Promise.all([near.close(), far.close()]);
  });

  it('ends with the directory, at once and for good', async () => {
    const [near, far] = [open(), open()];
    const name = randomUUID();
    const [leader, other] = [near.leadership?.(name), far.leadership?.(name)] as [Leadership, Leadership];
    const fence = await leader.lead();
    expect(await holders(name)).toBe(1);
    await near.close();
    expect(await holders(name)).toBe(0);
    expect(await other.lead()).toBeGreaterThan(fence as number);
    await other.resign();
    expect(await leader.lead()).toBeUndefined();
    expect(await holders(name)).toBe(0);
    await far.close();
  });

  it('never gives two leaders one fence, however many there are under however many names', async () => {
    const leaders = Array.from({ length: 12 }, () => new PostgresLeadership(test.appUrl, randomUUID(), 5_000));
    const fences: number[] = [];
    for (let round = 0; round < 5; round++) {
      const led = await Promise.all(leaders.map((leader) => leader.lead()));
      fences.push(...led.map((fence) => fence as number));
      await Promise.all(leaders.map((leader) => leader.resign()));
      // A clock that was set back.
      await sql(`SELECT setval('leadership_fences', nextval('leadership_fences') + 3600000)::text AS fence`);
    }
    expect(new Set(fences).size).toBe(60);
    const ends = Array.from({ length: 5 }, (_, round) => fences.slice(round * 12, (round + 1) * 12));
    ends.slice(1).forEach((round, index) => {
      expect(Math.min(...round)).toBeGreaterThan(Math.max(...(ends[index] ?? [])));
    });
  });

  it('rejects while Postgres does not listen, and leads nobody', async () => {
    const leader = new PostgresLeadership('postgresql://role:hidden-word@127.0.0.1:9/none', 'upkeep', 500);
    const error = await leader.lead().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    expect(String((error as Error).stack)).not.toContain('hidden-word');
    await leader.close();
  });
});
