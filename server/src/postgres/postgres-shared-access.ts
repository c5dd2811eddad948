import type { Database, Tx } from '@tenantcache/database';
import type { SharedAccessStore } from '../core/shared.js';
import { answered } from './connect.js';
import { demandOf, dropAccess, foldAccess, listAccess, mergeAccess } from './shared-access-rows.js';

const KEEPER = 'system:shared';
/** Both keep a call of `tidy` to some seconds; every 5 minutes it keeps up with 600,000 rows an hour. */
const ROWS_PER_TRANSACTION = 5_000;
const TIDY_TRANSACTIONS = 10;

/** Who read what of shared datasets, in Postgres. Only the admin role writes: a tenant changes nothing of its own audit. */
export function postgresSharedAccess(database: Pick<Database, 'asAdmin' | 'withTenant'>): SharedAccessStore {
  const asAdmin = <T>(work: (tx: Tx) => Promise<T>) => answered(() => database.asAdmin(KEEPER, work));
  /** As the tenant itself, whoever asks of one: row level security shows what is its own. */
  const read = <T>(query: { readonly tenant?: string }, work: (tx: Tx) => Promise<T>) =>
    query.tenant === undefined ? asAdmin(work) : answered(() => database.withTenant(query.tenant as string, work));

  /** Adds up what `step` did until it finds less than it may do. */
  async function repeat(step: (tx: Tx) => Promise<number>): Promise<number> {
    let sum = 0;
    for (let round = 0; round < TIDY_TRANSACTIONS; round++) {
      const done = await asAdmin(step);
      sum += done;
      if (done < ROWS_PER_TRANSACTION) break;
    }
    return sum;
  }

  return {
    merge: async (parts) => {
      if (parts.length > 0) await asAdmin((tx) => mergeAccess(tx, parts));
    },
    list: (query) => read(query, (tx) => listAccess(tx, query)),
    demand: (query) => read(query, (tx) => demandOf(tx, query)),
    async tidy(dataset, beforeMs) {
      const dropped = await repeat((tx) => dropAccess(tx, dataset, beforeMs, ROWS_PER_TRANSACTION));
      await repeat((tx) => foldAccess(tx, dataset, ROWS_PER_TRANSACTION));
      return dropped;
    },
  };
}
