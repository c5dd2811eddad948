import type { EntryId } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';

/** The writes of one entry in the order they were asked for, those of different entries side by side. */
export class WriteOrder {
  readonly #last = new Map<string, Promise<unknown>>();

  run<T>(tenant: TenantId, id: EntryId, write: () => Promise<T>): Promise<T> {
    const key = `${tenant} ${id}`;
    const before = this.#last.get(key);
    const result = before === undefined ? write() : before.then(write);
    // A write that failed must not fail the next one.
    const ended = result.then(noop, noop).then(() => {
      if (this.#last.get(key) === ended) this.#last.delete(key);
    });
    this.#last.set(key, ended);
    return result;
  }

  /** Resolves when what was asked for by now has ended; undefined where nothing is under way. */
  pending(tenant: TenantId, id: EntryId): Promise<unknown> | undefined {
    return this.#last.get(`${tenant} ${id}`);
  }
}

function noop(): void {}
