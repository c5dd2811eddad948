import type { TenantId } from '../core/tenant-id.js';
import type { JournalledPart, JournalPage, UsageJournal } from '../core/usage-journal.js';
import type { UsagePart } from '../core/usage-part.js';
import { metaKey } from './redis-keys.js';
import type { RedisNode } from './redis-node.js';
import type { RedisTopology } from './redis-topology.js';
import { UsageJournalIndex } from './usage-journal-index.js';
import { UsageJournalSentinels } from './usage-journal-sentinels.js';
import { fieldOf, parsePart, serialisePart } from './usage-journal-value.js';

/** Of one call: about 400 us of the server. */
const PARTS_PER_CALL = 128;

interface Row {
  readonly tenant: TenantId;
  readonly field: string;
  readonly value: string;
}

/**
 * A hash of parts per tenant, without a TTL: servers that are short of memory evict what has one. Under the deadline, but
 * not under the breaker, which belongs to requests (docs/adr/0010-usage-journal.md).
 */
export class RedisUsageJournal implements UsageJournal {
  readonly #topology: RedisTopology;
  readonly #index: UsageJournalIndex;
  readonly #sentinels: UsageJournalSentinels;
  readonly #watched = new WeakSet<RedisNode>();
  #incarnation = 0;

  /** @param now milliseconds; by default of the clock that went further of the two, as one stands while a machine sleeps */
  constructor(topology: RedisTopology, now: () => number = passedMs()) {
    this.#topology = topology;
    this.#index = new UsageJournalIndex(topology, now);
    this.#sentinels = new UsageJournalSentinels(topology, () => this.succeeded());
    this.#watch();
    topology.onChange(() => this.#watch());
  }

  async put(parts: readonly UsagePart[]): Promise<void> {
    for (let from = 0; from < parts.length; from += PARTS_PER_CALL) {
      const some = parts.slice(from, from + PARTS_PER_CALL);
      const tenants = some.map(({ tenantId }) => tenantId);
      await this.#sentinels.known();
      await this.#index.mark(tenants);
      await this.#write(
        some.map((part) => ({ tenant: part.tenantId, field: fieldOf(part), value: serialisePart(part) })),
      );
      // Of a process that stood still in between the marks may be gone.
      await this.#index.mark(tenants);
    }
  }

  tenants(after: string | undefined, count: number): Promise<JournalPage> {
    return this.#index.page(after, count);
  }

  /** Of a Cluster also those are left out whose server does not answer, unless that is so of all of them. */
  async read(tenants: readonly TenantId[]): Promise<readonly JournalledPart[]> {
    // Without it nobody's mark is taken back; what is found can be collected all the same.
    const lookedAtMs = await this.#index.timeMs().catch(() => undefined);
    const found: JournalledPart[] = [];
    const bare: TenantId[] = [];
    const failures: unknown[] = [];
    for (let from = 0; from < tenants.length; from += PARTS_PER_CALL) {
      const some = tenants.slice(from, from + PARTS_PER_CALL);
      const hashes = await Promise.allSettled(some.map((tenant) => this.#fields(tenant)));
      for (const [index, hash] of hashes.entries()) {
        const tenant = some[index] as TenantId;
        if (hash.status === 'rejected') failures.push(hash.reason);
        else if (hash.value.length === 0) bare.push(tenant);
        else found.push(...partsOf(tenant, hash.value));
      }
    }
    if (failures.length > 0 && failures.length === tenants.length) throw failures[0];
    // Marks that stay are looked at again; what was found matters more.
    if (lookedAtMs !== undefined) await this.#index.strike(bare, lookedAtMs).catch(() => {});
    return found;
  }

  async forget(parts: readonly JournalledPart[]): Promise<void> {
    for (let from = 0; from < parts.length; from += PARTS_PER_CALL) {
      const some = parts.slice(from, from + PARTS_PER_CALL);
      const rows = some.map(({ part, token }) => ({ tenant: part.tenantId, field: fieldOf(part), value: token }));
      await this.#byLane('counters-forget', rows);
    }
  }

  /** Whoever asks again and again hears of a server that was emptied within two seconds: each time looks for the next. */
  incarnation(): number {
    this.#sentinels.look();
    return this.#incarnation;
  }

  /** A server that may lack what was put took over, or came back without it. */
  succeeded(): void {
    this.#incarnation++;
    this.#index.forgetMarks();
  }

  async #write(rows: readonly Row[]): Promise<void> {
    let lost = false;
    await this.#byLane('counters-put', rows, (row, added) => {
      lost = this.#index.noted(row.tenant, row.field, added === 1) || lost;
    });
    // Of what a server evicted by itself its sentinel says nothing.
    if (lost) this.succeeded();
  }

  /** One call per server that takes many tenants' keys in one, and per slot of a Cluster. */
  async #byLane(
    script: 'counters-put' | 'counters-forget',
    rows: readonly Row[],
    onReply: (row: Row, reply: number | undefined) => void = () => {},
  ): Promise<void> {
    const lanes = new Map<number, Row[]>();
    for (const row of rows) {
      const lane = this.#topology.laneOf(row.tenant);
      const group = lanes.get(lane);
      if (group) group.push(row);
      else lanes.set(lane, [row]);
    }
    const calls = Array.from(lanes, async ([lane, group]) => {
      const keys = group.map(({ tenant }) => metaKey('counters', tenant));
      const args = group.flatMap(({ field, value }) => [field, value]);
      const reply = await this.#topology.script(lane, (scripts) => scripts.run(script, keys, args), 'ask');
      for (const [index, row] of group.entries()) onReply(row, reply[index]);
    });
    for (const call of await Promise.allSettled(calls)) if (call.status === 'rejected') throw call.reason;
  }

  /** Fields and values in turn. */
  #fields(tenant: TenantId): Promise<readonly string[]> {
    const key = metaKey('counters', tenant);
    const whole = async (client: { call(command: string, key: string): Promise<unknown> }) => {
      try {
        return (await client.call('HGETALL', key)) as string[];
      } catch (error) {
        // Under this name nothing but a hash is of ours.
        if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return [];
        throw error;
      }
    };
    return this.#topology.read(this.#topology.laneOf(tenant), whole, 'ask');
  }

  /** With each connection that stands anew there may be another server behind the address, before it says so. */
  #watch(): void {
    for (const node of this.#topology.nodes()) {
      if (this.#watched.has(node)) continue;
      this.#watched.add(node);
      node.connections.scripts.on('ready', () => this.succeeded());
    }
  }
}

function partsOf(tenant: TenantId, fields: readonly string[]): JournalledPart[] {
  const parts: JournalledPart[] = [];
  for (let at = 0; at < fields.length; at += 2) {
    const [field, token] = [fields[at] as string, fields[at + 1] as string];
    const part = parsePart(tenant, field, token);
    if (part) parts.push({ part, token });
  }
  return parts;
}

function passedMs(): () => number {
  const skewMs = Date.now() - performance.now();
  return () => Math.max(performance.now() + skewMs, Date.now());
}
