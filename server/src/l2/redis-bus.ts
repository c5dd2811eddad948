import type { BusMessage, Emit, InvalidationBus } from '../core/contracts.js';
import type { TenantId } from '../core/tenant-id.js';
import { BusLine } from './bus-line.js';
import { isFrom, messageNumber, parseBusMessage, settingsMessage } from './bus-messages.js';
import type { InvalidationTable } from './invalidation-table.js';
import { metaKey } from './redis-keys.js';
import type { RedisNode } from './redis-node.js';
import type { RedisTopology } from './redis-topology.js';
import type { SettingsJournal } from './settings-journal.js';
import { storeUnavailable } from './store-unavailable.js';

/** A connection that went silent is noticed within three beats: 2.25 s, with 3 s promised. */
const HEARTBEAT_MS = 750;
/** How old the answer to `heardUntilMs` becomes while all is well, once anybody has asked. */
const LISTEN_MS = 250;

export interface RedisBusOptions {
  topology: RedisTopology;
  /** This process; its own messages are not handed out. */
  origin: Buffer;
  table: InvalidationTable;
  journal: SettingsJournal;
  emit: Emit;
}

/**
 * One channel per followed tenant, on the server that has the tenant. A tenant is up while its subscription stands and
 * that server's heartbeats are answered; what befalls another server is nothing to it.
 */
export class RedisBus implements InvalidationBus {
  readonly #options: RedisBusOptions;
  readonly #lines = new Map<RedisNode, BusLine>();
  /** The followed tenants, each with its line; none while nobody is known to serve it. */
  readonly #homes = new Map<TenantId, BusLine | undefined>();
  /** Number of the last message of each tenant; one is told of only while nothing can be missed. */
  readonly #numbers = new Map<TenantId, number>();
  readonly #messageListeners: ((message: BusMessage) => void)[] = [];
  readonly #stateListeners: ((state: 'up' | 'down', tenants?: readonly TenantId[]) => void)[] = [];
  readonly #heartbeat: NodeJS.Timeout;
  #listening: NodeJS.Timeout | undefined;
  readonly #checked = new WeakSet<BusLine>();
  #state: 'up' | 'down' = 'down';
  #closed = false;

  constructor(options: RedisBusOptions) {
    this.#options = options;
    options.journal.onTenant((tenant) => this.#handOut({ type: 'settings', tenant, origin: JOURNAL_ORIGIN }));
    options.topology.onChange(() => this.#place());
    this.#heartbeat = setInterval(() => {
      for (const line of this.#lines.values()) line.beat();
    }, HEARTBEAT_MS).unref();
    this.#place();
  }

  async follow(tenant: TenantId): Promise<void> {
    const line = this.#lineOf(tenant);
    this.#homes.set(tenant, line);
    if (line === undefined) throw storeUnavailable('no node serves the slot');
    await line.follow(tenant);
    if (line.stands(tenant)) this.#options.table.followed(tenant);
  }

  unfollow(tenant: TenantId): void {
    this.#homes.get(tenant)?.unfollow(tenant);
    this.#homes.delete(tenant);
    this.#numbers.delete(tenant);
    this.#options.table.unfollowed(tenant);
  }

  async publishSettings(tenant?: TenantId): Promise<void> {
    const { journal } = this.#options;
    await Promise.all([tenant === undefined ? undefined : this.#tell(tenant), journal.append(tenant)]);
  }

  onMessage(listener: (message: BusMessage) => void): void {
    this.#messageListeners.push(listener);
  }

  onFleetChanged(listener: (everything: boolean) => void): void {
    this.#options.journal.onFleet(listener);
  }

  onState(listener: (state: 'up' | 'down', tenants?: readonly TenantId[]) => void): void {
    this.#stateListeners.push(listener);
  }

  state(tenant?: TenantId): 'up' | 'down' {
    if (tenant === undefined) return this.#state;
    const home = this.#homes.get(tenant);
    if (home === undefined) return this.#homes.has(tenant) ? 'down' : (this.#lineOf(tenant)?.state ?? 'down');
    return home.stands(tenant) ? 'up' : 'down';
  }

  heardUntilMs(tenant: TenantId): number {
    if (this.#listening === undefined && !this.#closed) this.#listening = setInterval(this.#listen, LISTEN_MS).unref();
    return this.#homes.get(tenant)?.heardUntilMs(tenant) ?? Number.NEGATIVE_INFINITY;
  }

  async hear(tenant: TenantId): Promise<void> {
    await this.#homes.get(tenant)?.hear();
  }

  doubt(tenant: TenantId): void {
    this.#options.table.forget(tenant);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#heartbeat);
    clearInterval(this.#listening);
    this.#options.journal.close();
    await Promise.all([...this.#lines.values()].map((line) => line.close()));
  }

  readonly #listen = (): void => {
    for (const line of this.#lines.values()) void line.hear();
  };

  #lineOf(tenant: TenantId): BusLine | undefined {
    const { topology } = this.#options;
    const node = topology.nodeOf(topology.laneOf(tenant));
    return node && this.#lines.get(node);
  }

  async #tell(tenant: TenantId): Promise<void> {
    const { topology, origin } = this.#options;
    const message = settingsMessage(origin);
    await topology.read(topology.laneOf(tenant), (client) => client.spublish(metaKey('bus', tenant), message));
  }

  /** Gives each server a line, and each tenant the line of its server. */
  #place(): void {
    if (this.#closed) return;
    const nodes = new Set(this.#options.topology.nodes());
    for (const node of nodes) if (!this.#lines.has(node)) this.#lines.set(node, this.#open(node));
    const moved = new Map<BusLine, TenantId[]>();
    const away: TenantId[] = [];
    for (const [tenant, home] of this.#homes) {
      const line = this.#lineOf(tenant);
      if (line === home) continue;
      home?.release(tenant);
      this.#homes.set(tenant, line);
      away.push(tenant);
      if (!line) continue;
      const tenants = moved.get(line);
      if (tenants) tenants.push(tenant);
      else moved.set(line, [tenant]);
    }
    if (away.length > 0) this.#tellState('down', away, false);
    for (const [line, tenants] of moved) void line.take(tenants);
    for (const [node, line] of this.#lines) {
      if (nodes.has(node)) continue;
      this.#lines.delete(node);
      void line.close();
    }
    this.#judge();
  }

  #open(node: RedisNode): BusLine {
    const { topology } = this.#options;
    return new BusLine({
      subscriber: node.connections.subscriber,
      laneOf: (tenant) => topology.laneOf(tenant),
      onBytes: (tenant, bytes) => this.#receive(tenant, bytes),
      onState: (state, tenants, whole) => {
        // Of the only server there is: whoever is not followed yet is meant as well.
        this.#tellState(state, tenants, whole && this.#lines.size === 1);
        this.#judge();
      },
      onElsewhere: () => void topology.refresh(node),
      onGivenUp: (line) => void this.#check(line, node),
    });
  }

  /** Which channel a server gave up is not said: where its slots do not tell, all of them are asked for again. */
  async #check(line: BusLine, node: RedisNode): Promise<void> {
    if (this.#checked.has(line)) return;
    this.#checked.add(line);
    const { released } = line;
    await this.#options.topology.refresh(node);
    this.#checked.delete(line);
    if (line.released === released && this.#lines.get(node) === line) line.restart();
  }

  #receive(tenant: TenantId, bytes: Buffer): void {
    const { origin, table } = this.#options;
    this.#count(tenant, bytes);
    const own = isFrom(bytes, origin);
    // Nearly all own messages are about entries, of which this process has nothing to learn.
    if (own && bytes[0] === ENTRIES) return;
    const message = parseBusMessage(tenant, bytes);
    if (!message) return;
    if (message.type === 'clear') table.raiseClear(tenant, message.sequence);
    else if (message.type === 'invalidate') table.raise(tenant, message.scopes, message.sequence);
    if (!own) this.#handOut(message);
  }

  #count(tenant: TenantId, bytes: Buffer): void {
    const number = messageNumber(bytes);
    if (number === undefined) return;
    const last = this.#numbers.get(tenant);
    this.#numbers.set(tenant, number);
    if (last === undefined || number === last + 1) return;
    this.#options.table.forget(tenant);
    this.#handOut({ type: 'gap', tenant, origin: this.#options.origin.toString('hex') });
  }

  #handOut(message: BusMessage): void {
    for (const listener of this.#messageListeners) listener(message);
  }

  #tellState(state: 'up' | 'down', tenants: readonly TenantId[], all: boolean): void {
    const { table } = this.#options;
    for (const tenant of tenants) {
      if (state === 'up') table.followed(tenant);
      else {
        table.unfollowed(tenant);
        this.#numbers.delete(tenant);
      }
    }
    if (!all && tenants.length === 0) return;
    for (const listener of this.#stateListeners) listener(state, all ? undefined : tenants);
  }

  /** Of all together. */
  #judge(): void {
    const lines = [...this.#lines.values()];
    const state = lines.length > 0 && lines.every((line) => line.state === 'up') ? 'up' : 'down';
    if (this.#state === state) return;
    this.#state = state;
    this.#options.emit({ type: 'bus', state });
  }
}

const ENTRIES = 'e'.charCodeAt(0);
const JOURNAL_ORIGIN = '';
