import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createDatabase, isDatabaseOutage } from '../src/index.js';
import { INSERT_PLAN } from './tenant-rows.js';
import { createTestDatabase, sql, type TestDatabase } from './test-database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  await sql(test.superUrl, INSERT_PLAN);
});
afterAll(() => test.drop());

const names = async () =>
  (await sql<{ name: string }>(test.superUrl, 'SELECT name FROM plans')).map(({ name }) => name);

it('ends a statement that takes too long on the server too, and keeps nothing of its transaction', async () => {
  const before = await names();
  const database = createDatabase({ ...test, poolSize: 1, timeoutMs: 500 });
  try {
    const slow = database.asAdmin('ops@example.com', async (tx) => {
      await tx.plan.updateMany({ data: { name: 'given up' } });
      await tx.$queryRaw`SELECT 1 FROM pg_sleep(600)`;
    });
    await expect(slow).rejects.toThrow(/statement timeout/);
    await expect(slow.catch(isDatabaseOutage)).resolves.toBe(true);
    const running = await sql(
      test.superUrl,
      `SELECT query FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()`,
    );
    expect(running).toEqual([]);
    await database.asAdmin('ops@example.com', (tx) => tx.plan.count());
    expect(await names()).toEqual(before);
  } finally {
    await database.close();
  }
});

it('lends no connection out again whose transaction it could not end, because no answer came', async () => {
  const before = await names();
  const line = await stallingLine(new URL(test.adminUrl));
  const database = createDatabase({ appUrl: test.appUrl, adminUrl: line.url, poolSize: 1, timeoutMs: 300 });
  try {
    const lost = database.asAdmin('ops@example.com', async (tx) => {
      await tx.plan.updateMany({ data: { name: 'given up' } });
      line.stall();
      await tx.plan.count();
    });
    await expect(lost).rejects.toThrow(/Query read timeout/);
    await expect(lost.catch(isDatabaseOutage)).resolves.toBe(true);
    line.resume();
    const [alone] = await database.asAdmin(
      'ops@example.com',
      (tx) => tx.$queryRaw<{ began: boolean }[]>`
      SELECT xact_start > now() - interval '250 milliseconds' AS began FROM pg_stat_activity WHERE pid = pg_backend_pid()`,
    );
    expect(alone).toEqual({ began: true });
    expect(await names()).toEqual(before);
  } finally {
    await database.close();
    line.close();
  }
});

it('tells a database that is away from one that refuses what was asked', async () => {
  const url = new URL(test.adminUrl);
  url.port = '1';
  const away = createDatabase({ appUrl: url.href, adminUrl: url.href, poolSize: 1, timeoutMs: 500 });
  const database = createDatabase({ ...test, poolSize: 1 });
  const count = (of: typeof away) => of.asAdmin('ops@example.com', (tx) => tx.plan.count());
  try {
    await expect(count(away).catch(isDatabaseOutage)).resolves.toBe(true);
    const refused = database.asAdmin('ops@example.com', (tx) => tx.$queryRaw`SELECT nothing`);
    await expect(refused.catch(isDatabaseOutage)).resolves.toBe(false);
  } finally {
    await Promise.all([away.close(), database.close()]);
  }
});

/** A way to the database whose answers can be held back, as behind a dead link, and let through later. */
async function stallingLine(target: URL) {
  const lines: { client: Socket; upstream: Socket }[] = [];
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname);
    for (const end of [client, upstream]) end.on('error', () => end.destroy());
    client.pipe(upstream).pipe(client);
    lines.push({ client, upstream });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    stall() {
      for (const { client, upstream } of lines) upstream.unpipe(client);
    },
    resume() {
      for (const { client, upstream } of lines) if (!client.destroyed) upstream.pipe(client);
    },
    close() {
      for (const { client, upstream } of lines) for (const end of [client, upstream]) end.destroy();
      server.close();
    },
  };
}
