import type { SharedStore } from '../core/contracts.js';
import type { EntryId } from '../core/resource.js';
import type { Scope } from '../core/scope.js';
import { storedMember } from '../core/stored-size.js';
import type { TenantId } from '../core/tenant-id.js';
import type { MessageHeads } from './bus-messages.js';
import { DeleteBatcher } from './delete-batcher.js';
import { fieldOf } from './invalidation-records.js';
import type { InvalidationTable } from './invalidation-table.js';
import { metaKey } from './redis-keys.js';
import type { RedisTopology, Way } from './redis-topology.js';
import type { ScriptArg } from './script-runner.js';

const MAX_SCOPES_PER_CALL = 512;

/** What takes entries away: all that must reach Redis before a breaker closes. */
export type Invalidations = Pick<SharedStore, 'delete' | 'invalidate' | 'clear'>;

export interface InvalidatorParts {
  topology: Pick<RedisTopology, 'laneOf' | 'script'>;
  heads: MessageHeads;
  table: InvalidationTable;
  way: Way;
}

/** Invalidations in Redis, known to this process before their promises resolve. */
export class Invalidator implements Invalidations {
  readonly #parts: InvalidatorParts;
  readonly #deletes: DeleteBatcher;

  constructor(parts: InvalidatorParts) {
    this.#parts = parts;
    this.#deletes = new DeleteBatcher(parts.topology, parts.heads.entries, parts.way);
  }

  delete(tenant: TenantId, id: EntryId): Promise<boolean> {
    return this.#deletes.delete(tenant, id, storedMember(id));
  }

  async invalidate(tenant: TenantId, scopes: readonly Scope[]): Promise<void> {
    const { heads, table } = this.#parts;
    for (let first = 0; first < scopes.length; first += MAX_SCOPES_PER_CALL) {
      const some = scopes.slice(first, first + MAX_SCOPES_PER_CALL);
      const args = [heads.invalidate, heads.clear, ...some.map(fieldOf)];
      const [sequence, cleared] = (await this.#run('invalidate', tenant, args)) as [number, number];
      if (cleared === 1) table.raiseClear(tenant, sequence);
      else table.raise(tenant, some, sequence);
    }
  }

  async clear(tenant: TenantId): Promise<void> {
    const { heads, table } = this.#parts;
    const [sequence] = (await this.#run('clear', tenant, [heads.clear])) as [number];
    table.raiseClear(tenant, sequence);
  }

  #run(name: 'invalidate' | 'clear', tenant: TenantId, args: readonly ScriptArg[]): Promise<readonly number[]> {
    const { topology, way } = this.#parts;
    return topology.script(
      topology.laneOf(tenant),
      (scripts) => scripts.run(name, [metaKey('state', tenant)], args),
      way,
    );
  }
}
