import type { TenantId } from '../core/tenant-id.js';
import { type DrainParts, WriteBehindDrain } from './write-behind-drain.js';

export interface ConsumerTimes {
  /** Between two looks at the queues that this process has, which also keep them. Default 1 s. */
  readonly pollMs: number;
  /** Between two looks for queues that nobody has. Default 5 s. */
  readonly discoverMs: number;
}

const TIMES: ConsumerTimes = { pollMs: 1_000, discoverMs: 5_000 };
const LOOKS_SIDE_BY_SIDE = 16;

/** Brings what is queued to the source: many tenants side by side, each by one process at a time. */
export class WriteBehindConsumer {
  readonly #parts: DrainParts;
  readonly #times: ConsumerTimes;
  readonly #drains = new Map<TenantId, WriteBehindDrain>();
  #timers: NodeJS.Timeout[] = [];
  #wake: NodeJS.Timeout | undefined;
  #running = 0;
  #onAttemptEnd = () => {};
  #closing = false;
  #stopped = false;

  constructor(parts: DrainParts, times: Partial<ConsumerTimes> = {}) {
    this.#parts = parts;
    this.#times = { ...TIMES, ...times };
  }

  start(): void {
    this.#timers = [
      setInterval(() => void this.#lookAt([...this.#drains.keys()]), this.#times.pollMs).unref(),
      setInterval(() => void this.#discover(), this.#times.discoverMs).unref(),
    ];
    void this.#discover();
  }

  /** Something may have been appended for this tenant. */
  notify(tenant: TenantId): void {
    if (!this.#stopped) void this.#look(tenant);
  }

  /**
   * Goes on until the queues that this process has are empty, what is left waits for a retry beyond `drainMs`, or
   * `drainMs` have passed; then breaks off what is under way and leaves the rest to others.
   */
  async close(drainMs: number): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#closing = true;
    await this.#drain(performance.now() + drainMs);
    this.#stopped = true;
    clearTimeout(this.#wake);
    for (const drain of this.#drains.values()) drain.stop();
    while (this.#running > 0) await this.#nextEnd(Number.POSITIVE_INFINITY);
    const tenants = [...this.#drains.keys()];
    await Promise.all(tenants.map((tenant) => this.#parts.queue.release(tenant, false).catch(() => {})));
    this.#drains.clear();
  }

  async #drain(endMs: number): Promise<void> {
    for (;;) {
      await this.#lookAt([...this.#drains.keys()]);
      const nowMs = performance.now();
      const idle = this.#running === 0 && nowMs < this.#dueMs();
      if (this.#drains.size === 0 || nowMs >= endMs || (idle && this.#dueMs() >= endMs)) return;
      await this.#nextEnd(Math.min(endMs, Math.max(this.#dueMs(), nowMs + 1)) - nowMs);
    }
  }

  /** Whoever starts, or finds a consumer dead, comes by what it left in this way. */
  async #discover(): Promise<void> {
    const tenants = await this.#parts.queue.tenants().catch(() => []);
    await this.#lookAt(tenants.filter((tenant) => !this.#drains.has(tenant)));
  }

  async #lookAt(tenants: TenantId[]): Promise<void> {
    while (tenants.length > 0) {
      await Promise.all(tenants.splice(0, LOOKS_SIDE_BY_SIDE).map((tenant) => this.#look(tenant)));
    }
  }

  async #look(tenant: TenantId): Promise<void> {
    let drain = this.#drains.get(tenant);
    if (drain === undefined) {
      drain = new WriteBehindDrain(tenant, this.#parts);
      this.#drains.set(tenant, drain);
    }
    const kept = await drain.look(this.#closing);
    if (!kept && this.#drains.get(tenant) === drain) {
      this.#drains.delete(tenant);
      // Appended after the look and before its end here.
      if (drain.again && !this.#stopped) void this.#look(tenant);
    }
    this.#pump();
  }

  /** Starts attempts while there is room, a tenant at a time. */
  readonly #pump = (): void => {
    if (this.#stopped) return;
    const nowMs = performance.now();
    const { concurrency } = this.#parts.settings;
    for (let tried = 0; this.#running < concurrency && tried < this.#drains.size; ) {
      const [tenant, drain] = this.#drains.entries().next().value as [TenantId, WriteBehindDrain];
      // To the end of the row, whether it had something or not.
      this.#drains.delete(tenant);
      this.#drains.set(tenant, drain);
      const attempt = drain.start(nowMs);
      if (attempt === undefined) {
        tried++;
        continue;
      }
      tried = 0;
      this.#running++;
      void attempt.then(this.#ended);
    }
    clearTimeout(this.#wake);
    const dueMs = this.#dueMs();
    if (this.#running < concurrency && dueMs !== Number.POSITIVE_INFINITY) {
      this.#wake = setTimeout(this.#pump, Math.max(1, dueMs - nowMs)).unref();
    }
  };

  readonly #ended = (): void => {
    this.#running--;
    this.#onAttemptEnd();
    this.#pump();
  };

  #dueMs(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const drain of this.#drains.values()) first = Math.min(first, drain.dueMs);
    return first;
  }

  /** The end of an attempt, or of the time. */
  async #nextEnd(withinMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#onAttemptEnd = resolve;
      if (withinMs !== Number.POSITIVE_INFINITY) timer = setTimeout(resolve, withinMs);
    });
    clearTimeout(timer);
    this.#pump();
  }
}
