import { PrismaPg } from '@prisma/adapter-pg';
import { EndingClient } from './ending-client.js';
import { DatabaseError } from './errors.js';
import { type Prisma, PrismaClient } from './generated/client.js';

/** The client inside one transaction: every model and `$queryRaw`, and no way to begin another transaction. */
export type Tx = Prisma.TransactionClient;

export interface DatabaseOptions {
  /** The app role: no BYPASSRLS, sees the rows of one tenant inside `withTenant`. */
  appUrl: string;
  /** The admin role, needed by `asAdmin` only. */
  adminUrl?: string;
  /** Connections per role. Default 10. */
  poolSize?: number;
  /**
   * Longest wait for a connection, and longest single statement, in milliseconds. Default 5,000. The server ends a
   * statement of a transaction then; a server that does not even answer within a second more loses the connection.
   */
  timeoutMs?: number;
}

/** The only ways to the data. The first two are one transaction: it commits where `work` resolves and rolls back where it rejects. */
export interface Database {
  /**
   * Row level security shows `work` this tenant's rows and no others.
   * @throws DatabaseError `TENANT_INVALID` for an id off the grammar
   */
  withTenant<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * All tenants' rows, on behalf of `actor` (1 to 200 characters), whom the audit table checks its rows against.
   * @throws DatabaseError `OPTION_INVALID` without an `adminUrl` or an actor
   */
  asAdmin<T>(actor: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** One statement without a tenant: row level security shows it what belongs to none, and no tenant's row. */
  withoutTenant<T>(work: (tx: Pick<Tx, '$queryRaw'>) => Promise<T>): Promise<T>;
  /** Resolves where the app role can connect and be answered. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** How much longer the client waits than the server lets a statement run. */
const ANSWER_MS = 1_000;

const TENANT_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/**
 * Connects lazily: nothing is opened before the first call. Transactions go without just-in-time compilation: of a sum over
 * all tenants it takes longer than the sum.
 */
export function createDatabase({ appUrl, adminUrl, poolSize = 10, timeoutMs = 5_000 }: DatabaseOptions): Database {
  const open = (url: string) => connect(url, poolSize, timeoutMs);
  const app = open(appUrl);
  const admin = adminUrl === undefined ? undefined : open(adminUrl);
  const limits = { maxWait: timeoutMs, timeout: timeoutMs * 4 };
  const limit = String(timeoutMs);

  return {
    async withTenant(tenantId, work) {
      if (typeof tenantId !== 'string' || !TENANT_ID.test(tenantId)) {
        throw new DatabaseError('TENANT_INVALID', `withTenant needs a tenant id that matches ${TENANT_ID}.`);
      }
      return app.$transaction(async (tx) => {
        await tx.$executeRaw`SELECT set_config('app.tenant_id', ${tenantId}, true), set_config('statement_timeout', ${limit}, true)`;
        return work(tx);
      }, limits);
    },

    async asAdmin(actor, work) {
      if (!admin) {
        throw new DatabaseError('OPTION_INVALID', 'asAdmin needs adminUrl, the URL of the admin role.');
      }
      if (typeof actor !== 'string' || actor.length < 1 || actor.length > 200) {
        throw new DatabaseError('OPTION_INVALID', 'asAdmin needs an actor of 1 to 200 characters.');
      }
      return admin.$transaction(async (tx) => {
        await tx.$executeRaw`SELECT set_config('app.actor', ${actor}, true), set_config('statement_timeout', ${limit}, true)`;
        return work(tx);
      }, limits);
    },

    withoutTenant: (work) => work(app),

    async ping() {
      await app.$queryRaw`SELECT 1`;
    },

    async close() {
      await Promise.all([app.$disconnect(), admin?.$disconnect()]);
    },
  };
}

function connect(connectionString: string, max: number, timeoutMs: number): PrismaClient {
  const adapter = new PrismaPg(
    {
      connectionString,
      max,
      Client: EndingClient,
      connectionTimeoutMillis: timeoutMs,
      query_timeout: timeoutMs + ANSWER_MS,
      keepAlive: true,
    },
    // An idle connection that breaks is replaced by the pool; unheard, its error event would end the process.
    { onPoolError: () => {}, onConnectionError: () => {} },
  );
  return new PrismaClient({ adapter, errorFormat: 'minimal' });
}
