import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Redis } from 'ioredis';
import { RedisProcess, until } from './redis-process.js';

/** What `npm run redis:cluster` forms its clusters with. */
interface Forming {
  readonly CLUSTER_ARGS: readonly string[];
  formCluster(ports: readonly number[]): Promise<void>;
  untilWhole(ports: readonly number[]): Promise<void>;
}
interface PortsModule {
  readonly Ports: new () => { claimAll(ports: readonly number[]): Promise<number | undefined> };
}
const script = (path: string) => import(new URL(`../../../scripts/services/${path}`, import.meta.url).href);

const NODES = 6;
/** Below what systems hand out to outgoing connections, also with the 10,000 that the bus is above. */
const FIRST_PORT = 20_000;
const LAST_PORT = 22_700;

/** One node's place in the cluster, as the cluster sees it. */
export interface NodeView {
  readonly id: string;
  readonly address: string;
  readonly master: boolean;
  /** Of a replica. */
  readonly masterId: string | undefined;
  readonly failed: boolean;
  /** Of two nodes that claim a slot the one with the greater has it. */
  readonly epoch: number;
  readonly slots: readonly (readonly [number, number])[];
}

/** A cluster of the test's own, 3 masters and 3 replicas, to kill, stop and reshard. */
export class RedisCluster {
  readonly #clients = new Map<number, Redis>();

  readonly #directory: string;
  readonly #forming: Forming;

  private constructor(
    readonly nodes: readonly RedisProcess[],
    directory: string,
    forming: Forming,
  ) {
    this.#directory = directory;
    this.#forming = forming;
  }

  static async start(): Promise<RedisCluster> {
    const forming = (await script('form-cluster.mjs')) as Forming;
    const ports = await freePorts();
    const directory = mkdtempSync(join(tmpdir(), 'tenantcache-cluster-'));
    const cluster = new RedisCluster(
      ports.map((port) => new RedisProcess(port)),
      directory,
      forming,
    );
    try {
      await Promise.all(cluster.nodes.map((node) => cluster.restart(node)));
      await forming.formCluster(ports);
    } catch (error) {
      await cluster.end();
      throw error;
    }
    return cluster;
  }

  get addresses(): string[] {
    return this.nodes.map(({ port }) => `127.0.0.1:${port}`);
  }

  /** Starts a node that was killed, with what it knew of the cluster and without data. */
  async restart(node: RedisProcess): Promise<void> {
    const directory = join(this.#directory, String(node.port));
    mkdirSync(directory, { recursive: true });
    await node.start(...this.#forming.CLUSTER_ARGS, '--dir', directory);
  }

  /** Every node runs, each slot is served and each replica follows its master. */
  async untilWhole(): Promise<void> {
    for (const node of this.nodes) {
      if (node.isRunning) node.resume();
      else await this.restart(node);
    }
    await this.#forming.untilWhole(this.nodes.map(({ port }) => port));
  }

  /** A connection of the test's own to one node. */
  client(node: RedisProcess): Redis {
    const client = this.#clients.get(node.port) ?? node.client();
    this.#clients.set(node.port, client);
    return client;
  }

  async view(from: RedisProcess): Promise<NodeView[]> {
    return parseNodes((await this.client(from).cluster('NODES')) as string);
  }

  /** As the first node says that answers. */
  async masterOf(slot: number): Promise<RedisProcess> {
    const view = (await this.view(this.#anyNode())).find(
      ({ master, slots }) => master && slots.some(([first, last]) => first <= slot && slot <= last),
    );
    return this.at(view?.address ?? `nobody serves slot ${slot}`);
  }

  async masters(): Promise<RedisProcess[]> {
    const view = await this.view(this.#anyNode());
    return view
      .filter(({ master, failed, slots }) => master && !failed && slots.length > 0)
      .map((n) => this.at(n.address));
  }

  /** In order. */
  async slotsOf(node: RedisProcess): Promise<number[]> {
    const own = (await this.view(node)).find(({ address }) => this.at(address) === node);
    return (own?.slots ?? []).flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, n) => first + n));
  }

  async replicaOf(node: RedisProcess): Promise<RedisProcess> {
    const view = await this.view(node);
    const { id } = view.find(({ address }) => address === `127.0.0.1:${node.port}`) as NodeView;
    const replica = view.find(({ masterId, failed }) => masterId === id && !failed);
    return this.at(replica?.address ?? `no replica of ${node.port}`);
  }

  #anyNode(): RedisProcess {
    return this.nodes.find(({ answers }) => answers) as RedisProcess;
  }

  at(address: string): RedisProcess {
    const node = this.nodes.find(({ port }) => address === `127.0.0.1:${port}`);
    if (!node) throw new Error(`no such node: ${address}`);
    return node;
  }

  /**
   * Waits until somebody else than `node` serves what it served, and is told apart from a master that is only suspected.
   */
  async untilTakenOver(node: RedisProcess, slot: number): Promise<RedisProcess> {
    let heir = node;
    await until(async () => {
      heir = await this.masterOf(slot).catch(() => node);
      return heir !== node;
    });
    return heir;
  }

  /** First half of moving a slot: keys that are not at `from` are asked for at `to`. */
  async beginMove(slot: number, from: RedisProcess, to: RedisProcess): Promise<void> {
    const [fromId, toId] = (await Promise.all([from, to].map((node) => this.client(node).cluster('MYID')))) as [
      string,
      string,
    ];
    await this.client(to).cluster('SETSLOT', slot, 'IMPORTING', fromId);
    await this.client(from).cluster('SETSLOT', slot, 'MIGRATING', toId);
  }

  /** @param max keys to take over; all by default */
  async moveKeys(slot: number, from: RedisProcess, to: RedisProcess, max = Number.POSITIVE_INFINITY): Promise<void> {
    for (let left = max; left > 0; ) {
      const keys = (await this.client(from).cluster('GETKEYSINSLOT', slot, Math.min(left, 100))) as string[];
      if (keys.length === 0) return;
      await this.client(from).call('MIGRATE', '127.0.0.1', to.port, '', 0, 5_000, 'KEYS', ...keys);
      left -= keys.length;
    }
  }

  async endMove(slot: number, to: RedisProcess): Promise<void> {
    const id = (await this.client(to).cluster('MYID')) as string;
    const masters = await this.masters();
    // The new owner first: whoever is sent there finds it ready.
    for (const node of [to, ...masters.filter((other) => other !== to)]) {
      await this.client(node).cluster('SETSLOT', slot, 'NODE', id);
    }
  }

  /** As an operator does it: `redis-cli --cluster reshard`. */
  async reshard(count: number, from: RedisProcess, to: RedisProcess): Promise<void> {
    const [fromId, toId] = await Promise.all([from, to].map((node) => this.client(node).cluster('MYID')));
    const redisCli = (command: string, ...args: string[]) =>
      promisify(execFile)('redis-cli', ['--cluster', command, `127.0.0.1:${to.port}`, ...args]);
    // News of the last move travels from node to node, and redis-cli refuses a cluster whose nodes disagree.
    await until(() =>
      redisCli('check').then(
        () => true,
        () => false,
      ),
    );
    await redisCli(
      'reshard',
      ...['--cluster-from', String(fromId), '--cluster-to', String(toId)],
      ...['--cluster-slots', String(count), '--cluster-yes', '--cluster-timeout', '5000'],
    );
  }

  async end(): Promise<void> {
    for (const client of this.#clients.values()) client.disconnect();
    await Promise.all(this.nodes.map((node) => node.kill()));
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

async function freePorts(): Promise<number[]> {
  const { Ports } = (await script('ports.mjs')) as PortsModule;
  const free = new Ports();
  for (;;) {
    const first = FIRST_PORT + Math.floor((Math.random() * (LAST_PORT - FIRST_PORT)) / NODES) * NODES;
    const ports = Array.from({ length: NODES }, (_, index) => first + index);
    if ((await free.claimAll(ports.flatMap((port) => [port, port + 10_000]))) === undefined) return ports;
  }
}

/** What CLUSTER NODES says; ranges in brackets are slots on their way, which are still counted where they were. */
export function parseNodes(text: string): NodeView[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [id = '', address = '', flags = '', masterId = '', , , epoch, , ...ranges] = line.split(' ');
      return {
        id,
        address: address.replace(/@.*$/, ''),
        master: flags.includes('master'),
        masterId: masterId === '-' ? undefined : masterId,
        failed: /\bfail\b/.test(flags),
        epoch: Number(epoch),
        slots: ranges
          .filter((range) => !range.startsWith('['))
          .map((range) => {
            const [first = 0, last = first] = range.split('-').map(Number);
            return [first, last] as const;
          }),
      };
    });
}
