import { TENANT_ID_PATTERN, type TenantId } from '../core/tenant-id.js';
import type { JournalPage } from '../core/usage-journal.js';
import { buildKey } from './redis-keys.js';
import type { RedisTopology } from './redis-topology.js';
import type { ScriptArg } from './script-runner.js';

/** A process renews the mark of a tenant that it goes on counting after this time. */
const RENEW_AFTER_MS = 300_000;
/** For so long before a look that found nothing a mark must not have been renewed: no process relies on it any more. */
const STRIKE_AFTER_MS = 2 * RENEW_AFTER_MS;
const TENANTS_PER_CALL = 500;
const KEY = buildKey({ kind: 'counted' });

interface Mark {
  atMs: number;
  /** The last part of the tenant that was put, by its field. */
  newest: string | undefined;
}

/** Which tenants have parts, in one sorted set by the time of their mark (docs/adr/0010-usage-journal.md). */
export class UsageJournalIndex {
  readonly #topology: RedisTopology;
  readonly #lane: number;
  readonly #now: () => number;
  readonly #marks = new Map<TenantId, Mark>();
  #forgotten = 0;
  #prunedAtMs: number;

  /** @param now milliseconds that pass while the process stands still as well */
  constructor(topology: RedisTopology, now: () => number) {
    this.#topology = topology;
    this.#lane = topology.laneOfKey(KEY);
    this.#now = now;
    this.#prunedAtMs = now();
  }

  /** Those that have no mark of this process, or an old one. Before their parts are put: nobody looks for those of others. */
  async mark(tenants: readonly TenantId[]): Promise<void> {
    const nowMs = this.#now();
    this.#prune(nowMs);
    const due = [...new Set(tenants)].filter((tenant) => !this.#stands(this.#marks.get(tenant), nowMs));
    for (let from = 0; from < due.length; from += TENANTS_PER_CALL) {
      const some = due.slice(from, from + TENANTS_PER_CALL);
      const forgotten = this.#forgotten;
      await this.#run('counters-mark', some);
      // They may be lost already: they are due again.
      if (forgotten !== this.#forgotten) continue;
      for (const tenant of some) this.#marks.set(tenant, { newest: this.#marks.get(tenant)?.newest, atMs: nowMs });
    }
  }

  /** A part was put. @returns whether it should have been there already */
  noted(tenant: TenantId, field: string, added: boolean): boolean {
    const mark = this.#marks.get(tenant);
    const known = mark?.newest === field;
    if (mark) mark.newest = field;
    return added && known;
  }

  /** Marks may be lost. */
  forgetMarks(): void {
    this.#forgotten++;
    this.#marks.clear();
  }

  /** Who has a mark throughout comes at least once. */
  async page(after: string | undefined, count: number): Promise<JournalPage> {
    const [next, pairs] = await this.#topology.read(
      this.#lane,
      (client) => client.zscan(KEY, after ?? '0', 'COUNT', count),
      'ask',
    );
    const members = pairs.filter((_, index) => index % 2 === 0);
    const tenants = members.filter((member) => TENANT_ID_PATTERN.test(member)) as TenantId[];
    return { tenants, next: next === '0' ? undefined : next };
  }

  /** The time of the server that has the marks, in ms. */
  async timeMs(): Promise<number> {
    const [seconds, microseconds] = await this.#topology.read(this.#lane, (client) => client.time(), 'ask');
    return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000);
  }

  /**
   * Takes back the marks of those that nothing was found of.
   * @param lookedAtMs what `timeMs` said before that look: however late this is carried out, it goes by that
   */
  async strike(tenants: readonly TenantId[], lookedAtMs: number): Promise<void> {
    for (let from = 0; from < tenants.length; from += TENANTS_PER_CALL) {
      const some = tenants.slice(from, from + TENANTS_PER_CALL);
      await this.#run('counters-strike', [lookedAtMs - STRIKE_AFTER_MS, ...some]);
    }
  }

  #stands(mark: Mark | undefined, nowMs: number): boolean {
    // A clock that was put back makes no mark last longer.
    return mark !== undefined && nowMs >= mark.atMs && nowMs - mark.atMs < RENEW_AFTER_MS;
  }

  #prune(nowMs: number): void {
    if (nowMs - this.#prunedAtMs < RENEW_AFTER_MS) return;
    this.#prunedAtMs = nowMs;
    for (const [tenant, mark] of this.#marks) {
      if (nowMs - mark.atMs >= STRIKE_AFTER_MS) this.#marks.delete(tenant);
    }
  }

  #run(name: 'counters-mark' | 'counters-strike', args: readonly ScriptArg[]): Promise<unknown> {
    return this.#topology.script(this.#lane, (scripts) => scripts.run(name, [KEY], args), 'ask');
  }
}
