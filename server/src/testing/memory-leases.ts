import { randomBytes } from 'node:crypto';
import type { Lease } from '../core/contracts.js';
import type { EntryId } from '../core/resource.js';

const TOKEN_BYTES = 16;

export interface HeldLease extends Lease {
  deadlineMs: number;
}

/** Who of all processes may load which entry of one tenant. Whether an invalidation voided a lease is told elsewhere. */
export class MemoryLeases {
  readonly #held = new Map<EntryId, HeldLease>();

  /** The lease on an entry within its time. */
  at(id: EntryId, nowMs: number): HeldLease | undefined {
    const held = this.#held.get(id);
    return held && held.deadlineMs > nowMs ? held : undefined;
  }

  grant(id: EntryId, sequence: number, deadlineMs: number): Lease {
    const token = randomBytes(TOKEN_BYTES).toString('hex');
    this.#held.set(id, { token, sequence, deadlineMs });
    return { token, sequence };
  }

  /** Whether there was one, in its time or past it. */
  end(id: EntryId): boolean {
    return this.#held.delete(id);
  }

  /** The same for the holder of this token alone. */
  endOwn(id: EntryId, token: string): boolean {
    return this.#held.get(id)?.token === token && this.#held.delete(id);
  }

  /** Looks at `bound` leases, at others the next time. */
  forgetOver(nowMs: number, bound: number): void {
    let left = Math.min(bound, this.#held.size);
    for (const [id, held] of this.#held) {
      if (left-- === 0) break;
      this.#held.delete(id);
      if (held.deadlineMs > nowMs) this.#held.set(id, held);
    }
  }
}
