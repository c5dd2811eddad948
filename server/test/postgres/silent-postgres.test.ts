import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantDirectory } from '../../src/core/directory.js';
import { tenantId } from '../../src/core/tenant-id.js';
import { postgresTenants } from '../../src/postgres/index.js';
import { until } from '../fakes/redis-process.js';
import { waitedMs } from '../fakes/waited.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const TENANT = tenantId('quiet');
const TIMEOUT_MS = 300;

/** Between the directory and Postgres: `silent` holds back every byte, as a host does that has frozen. */
class Wire {
  readonly #target: URL;
  readonly #sockets: Socket[] = [];
  readonly #server: Server;
  silent = false;

  constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((near) => {
      const far = connect(Number(this.#target.port), this.#target.hostname);
      this.#sockets.push(near, far);
      this.#carry(near, far);
      this.#carry(far, near);
    });
  }

  async open(): Promise<string> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    const url = new URL(this.#target);
    url.host = `127.0.0.1:${(this.#server.address() as { port: number }).port}`;
    return url.href;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #carry(from: Socket, to: Socket): void {
    from.on('data', (bytes) => this.silent || to.write(bytes));
    from.on('close', () => to.destroy());
    from.on('error', () => to.destroy());
  }
}

describe('a Postgres that accepts and says nothing', () => {
  let test: TestDatabase;
  let wire: Wire;
  let directory: TenantDirectory;

  beforeAll(async () => {
    test = await createTestDatabase();
    await test.database.asAdmin('system:test', (tx) =>
      tx.plan.create({ data: { name: 'Plan', quotaMb: 4, isDefault: true } }),
    );
  });
  afterAll(() => test.drop());
  /** The time is short for what is to be refused: a busy machine may take longer. */
  const found = () =>
    directory.find(TENANT).then(
      () => true,
      () => false,
    );
  afterEach(async () => {
    wire.close();
    await directory.close();
  });

  it.each([
    ['from the first connection on', false],
    ['once it has answered before', true],
  ])('is DIRECTORY_UNAVAILABLE in time: %s', async (_, answersFirst) => {
    wire = new Wire(test.appUrl);
    directory = postgresTenants({ url: await wire.open(), timeout: TIMEOUT_MS, poolSize: 1 });
    if (answersFirst) await until(found);
    wire.silent = true;
    const refused = () => expect(directory.find(TENANT)).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' });
    expect(await waitedMs(refused)).toBeLessThan(TIMEOUT_MS * 5);
  });

  it('is asked again with success once the network is back', async () => {
    wire = new Wire(test.appUrl);
    directory = postgresTenants({ url: await wire.open(), timeout: TIMEOUT_MS, poolSize: 1 });
    await until(found);
    wire.silent = true;
    await expect(directory.find(TENANT)).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' });
    wire.silent = false;
    let record: Awaited<ReturnType<TenantDirectory['find']>> | undefined;
    await until(async () => {
      record = await directory.find(TENANT).catch(() => undefined);
      return record !== undefined;
    });
    expect(record).toMatchObject({ known: false });
  });
});
