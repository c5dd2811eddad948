import { isDatasetOwner } from '../core/dataset.js';
import type { CacheEvent } from '../core/events.js';
import { Outbox, type OutboxOptions } from '../core/outbox.js';
import type { CrossingRow, UsageSink } from '../core/usage-sink.js';

export interface CrossingOutboxOptions extends Omit<OutboxOptions<CrossingRow>, 'send'> {
  crossed: NonNullable<UsageSink['crossed']>;
}

/** Brings crossings to the sink as they come. */
export class CrossingOutbox extends Outbox<CrossingRow> {
  constructor({ crossed, ...options }: CrossingOutboxOptions) {
    super({ send: crossed, ...options });
  }

  readonly observe = (event: CacheEvent): void => {
    if (event.type !== 'quota-state' || isDatasetOwner(event.tenant)) return;
    const { tenant: tenantId, from, to, usedBytes, atMs, quotaBytes, hardLimitBytes } = event;
    this.add({ tenantId, from, to, usedBytes, atMs, quotaBytes, hardLimitBytes });
  };
}
