import type { Emit } from '../core/contracts.js';
import { excessBytes } from '../core/quota.js';
import type { TenantRuntime } from './tenant-runtime.js';

const SIDE_BY_SIDE = 16;
/** Bounds what one visit does, so that a tenant far over its limit does not hold up the others. */
const ROUNDS_PER_VISIT = 32;
const TELL_EVERY_MS = 1_000;

export interface ConvergenceOptions {
  /** Settles round by round, `maxRounds` at the most; true where more rounds are due. */
  settle: (runtime: TenantRuntime, maxRounds: number) => Promise<boolean>;
  emit: Emit;
  now?: () => number;
}

/** Brings tenants to their limits in bounded visits, in turns, and tells how far they are. */
export class Convergence {
  readonly #options: ConvergenceOptions;
  readonly #now: () => number;
  /** In the order of their turns. */
  readonly #due = new Set<TenantRuntime>();
  readonly #toldAtMs = new Map<TenantRuntime, number>();
  #underway: Promise<void> | undefined;
  #closed = false;

  constructor(options: ConvergenceOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Resolves once these and all that were due before have nothing left to settle, or the store does not answer. */
  visit(runtimes: Iterable<TenantRuntime>): Promise<void> {
    for (const runtime of runtimes) this.#due.add(runtime);
    this.#underway ??= this.#takeTurns().finally(() => {
      this.#underway = undefined;
    });
    return this.#underway;
  }

  close(): void {
    this.#closed = true;
    this.#due.clear();
  }

  async #takeTurns(): Promise<void> {
    const turns = Array.from({ length: SIDE_BY_SIDE }, async () => {
      for (let next = this.#next(); next !== undefined; next = this.#next()) {
        this.#tell(next);
        const more = await this.#options.settle(next, ROUNDS_PER_VISIT);
        this.#tell(next);
        if (more && !this.#closed) this.#due.add(next);
      }
    });
    await Promise.all(turns);
  }

  #next(): TenantRuntime | undefined {
    const [next] = this.#due;
    if (next !== undefined) this.#due.delete(next);
    return next;
  }

  /** At most once a second of a tenant, and once more when nothing is left. */
  #tell(runtime: TenantRuntime): void {
    const { limits, counters } = runtime;
    const remainingBytes = limits === undefined ? 0 : excessBytes(counters.usedBytes, limits);
    const toldAtMs = this.#toldAtMs.get(runtime);
    if (remainingBytes === 0) {
      if (!this.#toldAtMs.delete(runtime)) return;
    } else {
      if (toldAtMs !== undefined && this.#now() - toldAtMs < TELL_EVERY_MS) return;
      this.#toldAtMs.set(runtime, this.#now());
    }
    this.#options.emit({ type: 'converging', tenant: runtime.tenant, remainingBytes });
  }
}
