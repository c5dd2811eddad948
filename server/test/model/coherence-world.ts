import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import type fc from 'fast-check';
import type { TenantCache } from '../../src/cache/tenant-cache.js';
import { entryId } from '../../src/core/resource.js';
import { covers, type Scope } from '../../src/core/scope.js';
import { MemoryBus } from '../../src/testing/memory-bus.js';
import { MemoryData } from '../../src/testing/memory-data.js';
import { MemorySharedStore } from '../../src/testing/memory-shared-store.js';
import { DistantBus, distant, type Turn, turnOf } from './coherence-network.js';
import { type Mutant, openProcess } from './coherence-process.js';

const PROCESSES = 3;
/** Calls of one lane follow each other; each process has two. */
export const LANES = PROCESSES * 2;
const TAGS: Readonly<Record<string, readonly string[]>> = { a: ['t'], ab: ['t', 'u'], b: ['u'] };
export const KEYS = Object.keys(TAGS);

export type Step = { readonly lane: number } & (
  | { readonly do: 'get'; readonly key: string }
  | { readonly do: 'load'; readonly key: string }
  | { readonly do: 'set'; readonly key: string }
  | { readonly do: 'delete'; readonly key: string }
  | { readonly do: 'tags'; readonly tag: string }
  | { readonly do: 'prefix'; readonly prefix: string }
  | { readonly do: 'clear' }
  | { readonly do: 'lose' }
  | { readonly do: 'cut'; readonly turns: number }
);

interface Mutation {
  readonly by: Process;
  readonly keys: readonly string[];
  readonly invoked: number;
  /** When it took effect in the store. */
  applied: number;
}

interface Origin {
  readonly loaded: boolean;
  /** A load: when it read its source. A write: when it took effect. */
  at: number;
}

interface Process {
  readonly handle: TenantCache;
  readonly bus: DistantBus;
  readonly knows: { until: number; readonly own: Set<Mutation>; readonly reading: string[] };
  close(): void;
}

const CHANGES = new Set(['write', 'delete', 'invalidate', 'clear']);
const NEVER = Number.POSITIVE_INFINITY;
/** The mutation that a call to the store belongs to. */
const cause = new AsyncLocalStorage<{ mutation: Mutation; origin: Origin | undefined }>();

function openMember(near: MemoryBus, data: MemoryData, turn: Turn, clock: { now: number }, mutant: Mutant | undefined) {
  /** What others did was heard of up to here; and what this process did was acknowledged. */
  const knows = { until: 0, own: new Set<Mutation>(), reading: [] };
  const store = distant(new MemorySharedStore({ bus: near, data }), turn, (method) => {
    clock.now++;
    const caused = cause.getStore();
    if (caused === undefined || !CHANGES.has(method)) return;
    caused.mutation.applied = clock.now;
    if (caused.origin) caused.origin.at = clock.now;
  });
  const bus = new DistantBus(
    near,
    turn,
    () => clock.now,
    (message, said) => {
      // After a hole, as after a break, all is read anew.
      knows.until = Math.max(knows.until, message.type === 'gap' ? clock.now : said);
    },
  );
  const { handle, close } = openProcess(store, bus, mutant);
  bus.onState(() => {
    knows.until = clock.now;
  });
  return { handle, bus, knows, close };
}

/** Instants are counted, one for each thing that happens. What a read may not return is judged by them. */
export class World {
  readonly #clock = { now: 0 };
  readonly #scheduler: fc.Scheduler;
  readonly #turn: Turn;
  readonly #origins = new Map<string, Origin>();
  readonly #mutations: Mutation[] = [];
  readonly #processes: Process[];

  constructor(scheduler: fc.Scheduler, mutant: Mutant | undefined) {
    this.#scheduler = scheduler;
    this.#turn = turnOf(scheduler);
    const data = new MemoryData();
    const bus = new MemoryBus();
    this.#processes = Array.from({ length: PROCESSES }, (_, n) =>
      openMember(n === 0 ? bus : bus.sibling(), data, this.#turn, this.#clock, mutant),
    );
  }

  async run(steps: readonly Step[]): Promise<void> {
    const running = Promise.all(
      Array.from({ length: LANES }, async (_, lane) => {
        for (const each of steps) if (each.lane === lane) await this.#take(each);
      }),
    );
    await this.#until(running);
    // Nothing is under way any more, so every process knows of everything that was not lost.
    await this.#until(Promise.all(this.#processes.flatMap((process) => KEYS.map((each) => this.#get(process, each)))));
    for (const { close } of this.#processes) close();
    jest.clearAllTimers();
  }

  /** Lets one thing happen after the other until `running` has ended. */
  async #until(running: Promise<unknown>): Promise<void> {
    let ended = false;
    const end = () => {
      ended = true;
    };
    running.then(end, end);
    while (!ended || this.#scheduler.count() > 0) {
      if (this.#scheduler.count() > 0) await this.#scheduler.waitOne();
      else {
        await nextTurn();
        if (!ended && this.#scheduler.count() === 0) await jest.advanceTimersToNextTimerAsync();
      }
    }
    await running;
  }

  async #take(step: Step): Promise<void> {
    await this.#turn();
    const process = this.#processes[step.lane % PROCESSES] as Process;
    const { handle, bus } = process;
    if (step.do === 'cut') await bus.cut(step.turns);
    else if (step.do === 'lose') bus.lose();
    else if (step.do === 'get') await this.#get(process, step.key);
    else if (step.do === 'load') await this.#read(process, step.key, () => this.#load(process, step.key));
    else if (step.do === 'set') {
      const origin = { loaded: false, at: NEVER };
      const value = this.#name(origin);
      await this.#mutate(process, [step.key], () => handle.set('r', step.key, value, tagged(step.key)), origin);
    } else if (step.do === 'delete') await this.#mutate(process, [step.key], () => handle.delete('r', step.key));
    else if (step.do === 'clear') await this.#mutate(process, KEYS, () => handle.clear());
    else if (step.do === 'tags') {
      await this.#mutate(process, covered({ tag: step.tag }), () => handle.invalidateTags([step.tag]));
    } else {
      const scope = { resource: 'r', prefix: step.prefix };
      await this.#mutate(process, covered(scope), () => handle.invalidatePrefix('r', step.prefix));
    }
  }

  #get(process: Process, name: string): Promise<void> {
    return this.#read(process, name, () => process.handle.get<string>('r', name));
  }

  #load({ handle }: Process, name: string): Promise<string> {
    const source = async () => {
      const value = this.#name({ loaded: true, at: ++this.#clock.now });
      await this.#turn();
      return value;
    };
    return handle.getOrSet('r', name, source, tagged(name));
  }

  async #mutate(process: Process, keys: readonly string[], call: () => Promise<unknown>, origin?: Origin) {
    const mutation = { by: process, keys, invoked: ++this.#clock.now, applied: NEVER };
    this.#mutations.push(mutation);
    await cause.run({ mutation, origin }, call);
    process.knows.own.add(mutation);
  }

  async #read(process: Process, name: string, call: () => Promise<string | undefined>): Promise<void> {
    this.#clock.now++;
    const { own, reading } = process.knows;
    // Who cannot hear anything serves what the store has; a call may join one that asked the store before.
    const alone = process.bus.state() === 'down' && !reading.includes(name);
    const until = alone ? this.#clock.now : process.knows.until;
    // Of its own a process knows what was acknowledged, of the others' what it heard of.
    const settled = this.#mutations
      .filter((mutation) => (mutation.by === process ? own.has(mutation) : mutation.applied <= until))
      .filter((mutation) => mutation.keys.includes(name));
    reading.push(name);
    const value = await call();
    reading.splice(reading.indexOf(name), 1);
    if (value === undefined) return;
    const { loaded, at } = this.#origins.get(value) as Origin;
    for (const { invoked, applied } of settled) {
      if (loaded ? at < invoked : at < applied) throw new Error(`${value} is from before what the process knows of`);
    }
  }

  #name(origin: Origin): string {
    const name = `${origin.loaded ? 'load' : 'set'}-${this.#origins.size}`;
    this.#origins.set(name, origin);
    return name;
  }
}

function tagged(name: string): { tags: string[] } {
  return { tags: [...(TAGS[name] ?? [])] };
}

function covered(scope: Scope): string[] {
  return KEYS.filter((name) => covers(scope, entryId('r', name), TAGS[name]));
}
