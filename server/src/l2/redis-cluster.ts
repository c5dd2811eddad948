import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { TenantId } from '../core/tenant-id.js';
import { ClusterLookout } from './cluster-lookout.js';
import { slotOf } from './cluster-slot.js';
import type { ClusterSource } from './cluster-source.js';
import type { ClusterView } from './cluster-view.js';
import { type Redirection, redirectionOf } from './redirection.js';
import { hashTagOf } from './redis-keys.js';
import type { RedisNode } from './redis-node.js';
import type { RedisTopology, Way } from './redis-topology.js';
import { routedClient } from './routed-client.js';
import type { ScriptRunner } from './script-runner.js';
import { SlotMap } from './slot-map.js';
import { asRefusal, isRefusal, storeUnavailable } from './store-unavailable.js';

/** A slot that moved without a call that would have been told of it is noticed within this time. */
const LOOK_EVERY_MS = 500;
/** While calls fail: a replica that was promoted is found within this time. */
const LOOK_AGAIN_MS = 200;
const MAX_REDIRECTIONS = 5;
const TRY_AGAIN_MS = 10;

export interface RedisClusterOptions {
  source: ClusterSource;
  deadlineMs: number;
  openNode: (address: string) => RedisNode;
  /** These lanes have another server than before, which may lack what the last one acknowledged. */
  onSuccession: (concerns: (lane: number) => boolean) => void;
}

/**
 * A Redis Cluster, by connections of our own to each master: what stands between a caller and a single Redis stands
 * between it and each node, so a node that is gone costs the others' tenants nothing (docs/adr/0008-redis-cluster.md).
 */
export class RedisCluster implements RedisTopology {
  readonly #options: RedisClusterOptions;
  readonly #map = new SlotMap();
  readonly #lookout: ClusterLookout;
  readonly #nodes = new Map<string, RedisNode>();
  readonly #listeners: (() => void)[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #firstLook: Promise<void>;
  #looking: Promise<void> | undefined;
  #lookedAtMs = 0;
  #patient = true;
  #closed = false;

  constructor(options: RedisClusterOptions) {
    this.#options = options;
    this.#lookout = new ClusterLookout(options.source);
    this.#firstLook = this.refresh();
    // Who waits for the first look waits for one deadline, not each of its calls.
    const patience = delay(options.deadlineMs, undefined, { ref: false });
    void Promise.race([this.#firstLook, patience]).then(() => {
      this.#patient = false;
    });
    this.#timer = setInterval(() => void this.refresh(), LOOK_EVERY_MS).unref();
  }

  /** Slots by the address that serves them. */
  ranges(): Map<string, [number, number][]> {
    return this.#map.ranges();
  }

  laneOf(tenant: TenantId): number {
    return slotOf(hashTagOf(tenant));
  }

  laneOfKey(key: string): number {
    return slotOf(key);
  }

  nodeOf(lane: number): RedisNode | undefined {
    const address = this.#map.ownerOf(lane);
    return address === undefined ? undefined : this.#nodes.get(address);
  }

  nodes(): readonly RedisNode[] {
    return [...this.#nodes.values()];
  }

  async read<T>(lane: number, call: (client: Redis) => Promise<T>, way: Way = 'run'): Promise<T> {
    const node = await this.#nodeNow(lane);
    const answer = await this.#ask(node, way, () => call(node.connections.reads));
    if (!(answer instanceof Redirected)) return answer;
    return call(routedClient((command) => this.#route(lane, way, command)));
  }

  script<T>(lane: number, call: (scripts: ScriptRunner, node: RedisNode) => Promise<T>, way: Way = 'run'): Promise<T> {
    return this.#send(lane, way, (node, asking) => {
      if (asking) node.connections.scripts.asking().catch(noop);
      return call(node.scripts, node);
    });
  }

  state(lane?: number): 'up' | 'down' {
    if (lane !== undefined) return this.nodeOf(lane)?.state ?? 'down';
    for (const node of this.#nodes.values()) if (node.state === 'down') return 'down';
    return this.#nodes.size > 0 ? 'up' : 'down';
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Many who ask at once share one look; a look under way may have begun before what they know of, so they get another. */
  async refresh(node?: RedisNode): Promise<void> {
    if (this.#looking && node) await this.#looking;
    this.#looking ??= this.#look(node).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async ready(): Promise<void> {
    await this.#firstLook;
    if (this.#nodes.size === 0) throw storeUnavailable('no node of the Cluster answers');
    const nodes = this.nodes();
    await Promise.all(nodes.map(({ connections }) => connections.attempted));
    const answers = await Promise.allSettled(nodes.map((node) => node.inspect()));
    for (const answer of answers) {
      if (answer.status === 'rejected') throw answer.reason;
      if (answer.value) throw answer.value;
    }
  }

  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await Promise.all(this.nodes().map(({ connections }) => connections.close(graceMs)));
  }

  #route<T>(lane: number, way: Way, command: (client: Redis) => Promise<T>): Promise<T> {
    return this.#send(lane, way, ({ connections: { reads } }, asking) => {
      if (asking) reads.asking().catch(noop);
      return command(reads);
    });
  }

  async #nodeNow(lane: number): Promise<RedisNode> {
    if (this.#patient)
      await Promise.race([this.#firstLook, delay(this.#options.deadlineMs, undefined, { ref: false })]);
    const node = this.nodeOf(lane);
    if (node) return node;
    this.#suspect();
    throw asRefusal(storeUnavailable('no node serves the slot'));
  }

  async #send<T>(lane: number, way: Way, call: (node: RedisNode, asking: boolean) => Promise<T>): Promise<T> {
    const giveUpAtMs = performance.now() + this.#options.deadlineMs;
    let node: RedisNode | undefined = await this.#nodeNow(lane);
    let asking = false;
    for (let hop = 0; node && hop < MAX_REDIRECTIONS; hop++) {
      const asked: RedisNode = node;
      const answer = await this.#ask(asked, way, () => call(asked, asking));
      if (!(answer instanceof Redirected)) return answer;
      if (answer.to.kind === 'try-again') {
        // Some of its keys are here and some there: for as long as that lasts no node can run it.
        if (performance.now() + TRY_AGAIN_MS > giveUpAtMs) break;
        hop--;
        await delay(TRY_AGAIN_MS, undefined, { ref: false });
        node = this.nodeOf(lane);
        asking = false;
      } else {
        node = await this.#follow(lane, asked, answer.to);
        asking = answer.to.kind === 'ask';
      }
    }
    throw asRefusal(storeUnavailable('the slot is on its way to another node'));
  }

  async #ask<T>(node: RedisNode, way: Way, call: () => Promise<T>): Promise<T | Redirected> {
    try {
      return await node.guard[way](() => call().catch((error) => new Redirected(redirectionOf(error))));
    } catch (error) {
      if (!isRefusal(error)) this.#suspect();
      throw error;
    }
  }

  /** Where a node said that the slot is. That the slot has moved must be known before anybody reads it there. */
  async #follow(lane: number, asked: RedisNode, { kind, address }: Redirection): Promise<RedisNode | undefined> {
    const host = asked.address.slice(0, asked.address.lastIndexOf(':'));
    const named = this.#open(address.startsWith(':') ? host + address : this.#options.source.mapped(address));
    if (kind === 'ask') return named;
    await this.refresh(named);
    const owner = this.nodeOf(lane);
    return owner === asked ? named : owner;
  }

  #suspect(): void {
    if (performance.now() - this.#lookedAtMs > LOOK_AGAIN_MS) void this.refresh();
  }

  async #look(named: RedisNode | undefined): Promise<void> {
    this.#lookedAtMs = performance.now();
    const view = await this.#lookout.look(this.nodes(), named);
    if (view && !this.#closed) this.#learn(view);
  }

  #learn(view: ClusterView): void {
    const changed = this.#map.learn(view);
    const serving = this.#map.ranges();
    for (const address of serving.keys()) this.#open(address);
    // A slot may be on its way to a master that serves none yet.
    const known = new Set(view.masters.filter(({ failed }) => !failed).map(({ address }) => address));
    const gone = this.nodes().filter(({ address }) => !serving.has(address) && !known.has(address));
    for (const { address } of gone) this.#nodes.delete(address);
    if (changed.size > 0) this.#options.onSuccession((lane) => changed.has(lane));
    for (const listener of this.#listeners) listener();
    for (const { connections } of gone) void connections.close(this.#options.deadlineMs);
  }

  #open(address: string): RedisNode {
    const known = this.#nodes.get(address);
    if (known) return known;
    const node = this.#options.openNode(address);
    this.#nodes.set(address, node);
    return node;
  }
}

class Redirected {
  constructor(readonly to: Redirection) {}
}

function noop(): void {}
