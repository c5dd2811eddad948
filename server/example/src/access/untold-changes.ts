import type { Database } from '@tenantcache/database';
import { type AuthorizationCache, type TenantCache, TenantCacheError } from 'tenantcache';

export interface UntoldChangesOptions {
  /** Default 5,000. */
  tellEveryMs?: number;
  /** What whoever made a change has to tell of it itself. Default 2,000. */
  patienceMs?: number;
  onError?: (error: unknown) => void;
}

/** A tenant whose access has changed, and the caches were not told. */
interface Untold {
  readonly tenant_id: string;
  readonly version: bigint;
}

/**
 * Tells the caches of changes that nobody told them of: because who made them died between the commit and saying so, because Redis
 * was away, or because they were made by hand. The version of a tenant's access changes with each of them in their own transaction.
 */
export class UntoldChanges {
  readonly #database: Pick<Database, 'withTenant' | 'withoutTenant'>;
  readonly #usersOf: (tenantId: string) => Pick<ReturnType<AuthorizationCache['for']>, 'changedAll'>;
  readonly #patienceMs: number;
  readonly #onError: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  #work: Promise<void> | undefined;

  constructor(
    database: Pick<Database, 'withTenant' | 'withoutTenant'>,
    usersOf: (tenantId: string) => Pick<ReturnType<AuthorizationCache['for']>, 'changedAll'>,
    { tellEveryMs = 5_000, patienceMs = 2_000, onError = () => {} }: UntoldChangesOptions = {},
  ) {
    this.#database = database;
    this.#usersOf = usersOf;
    this.#patienceMs = patienceMs;
    this.#onError = onError;
    this.#timer = setInterval(() => void this.tell(), tellEveryMs);
    this.#timer.unref();
  }

  /** One round; all who ask meanwhile have the one that is under way. Never rejects. */
  tell(): Promise<void> {
    this.#work ??= this.#round()
      .catch(this.#onError)
      .finally(() => {
        this.#work = undefined;
      });
    return this.#work;
  }

  /** Lets a round that is under way end. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#work;
  }

  async #round(): Promise<void> {
    const found = await this.#database.withoutTenant(
      (tx) => tx.$queryRaw<Untold[]>`SELECT tenant_id, version FROM untold_access(${this.#patienceMs}::integer)`,
    );
    for (const untold of found) await this.#tellOf(untold).catch((error) => this.#failed(error));
  }

  async #tellOf({ tenant_id: tenantId, version }: Untold): Promise<void> {
    await this.#usersOf(tenantId).changedAll();
    // All that was committed up to this version was, before the caches forgot.
    await this.#database.withTenant(
      tenantId,
      (tx) => tx.$executeRaw`UPDATE access_versions SET told = ${version}
                              WHERE tenant_id = current_tenant() AND (told IS NULL OR told < ${version})`,
    );
  }

  /** A tenant that is suspended is asked nothing; it is told once it is not. */
  #failed(error: unknown): void {
    if (error instanceof TenantCacheError && error.code === 'TENANT_SUSPENDED') return;
    this.#onError(error);
  }
}

/**
 * Said by who made a change, once the caches were told of it. Where another change came first and was not told of yet, it stays
 * unsaid: that one's users are others.
 * @param from the version that the change found, null where there was none
 */
export async function sayTold(
  database: Pick<Database, 'withTenant'>,
  cache: Pick<TenantCache, 'tenantId'>,
  from: bigint | null,
  to: bigint | null,
): Promise<void> {
  if (from === to) return;
  await database.withTenant(
    cache.tenantId,
    (tx) => tx.$executeRaw`UPDATE access_versions SET told = ${to}::bigint
                            WHERE tenant_id = current_tenant() AND told IS NOT DISTINCT FROM ${from}::bigint`,
  );
}
