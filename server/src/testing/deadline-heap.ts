import { LazyHeap, type Leaving } from './lazy-heap.js';

export interface Expiring extends Leaving {
  readonly id: string;
  readonly deadlineS: number;
  readonly sizeBytes: number;
}

/** The soonest deadline first, then the smaller entry, then the name, as Redis does. */
export class DeadlineHeap<T extends Expiring> extends LazyHeap<T> {
  constructor() {
    super((a, b) => a.deadlineS - b.deadlineS || a.sizeBytes - b.sizeBytes || (a.id < b.id ? -1 : Number(a.id > b.id)));
  }
}
