import { createDatabase } from '@tenantcache/database';
import { createTenantCache } from 'tenantcache';
import { AccessChanges } from '../src/access/access-changes.js';
import { Assignments } from '../src/access/assignments.js';

/** A process that takes the role `hers` from `ann`, and goes no further than the commit. */
export interface WorkerArgument {
  readonly redisUrl: string;
  readonly postgresUrl: string;
  readonly tenantId: string;
}

const { redisUrl, postgresUrl, tenantId } = JSON.parse(process.argv[2] ?? '') as WorkerArgument;
const cache = createTenantCache({
  redis: { url: redisUrl },
  tenants: { default: { quotaBytes: 1_000_000 } },
  upkeep: false,
});
const database = createDatabase({ appUrl: postgresUrl });
const untold = {
  for(): never {
    process.send?.('committed');
    // It is killed here.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    throw new Error('it was to be killed');
  },
};
const changes = new AccessChanges(database, untold, { changed() {} });
void new Assignments(changes).roleOfMember(cache.forTenant(tenantId), 'ann', 'hers', false);
