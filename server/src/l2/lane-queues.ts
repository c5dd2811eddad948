import { type Queued, TickQueue, type TickQueueOptions } from './tick-queue.js';

/** Kept although idle, for those that come again; of the rest nothing is left. */
const MAX_IDLE = 256;

export interface LaneQueuesOptions<Item> extends Omit<TickQueueOptions<Item>, 'send' | 'onIdle'> {
  readonly laneOf: (item: Item) => number;
  readonly send: (lane: number, items: readonly Item[]) => Promise<readonly Item[]>;
}

/** A queue for each lane, so that none waits for the server of another. */
export class LaneQueues<Item extends Queued> {
  readonly #options: LaneQueuesOptions<Item>;
  readonly #queues = new Map<number, TickQueue<Item>>();

  constructor(options: LaneQueuesOptions<Item>) {
    this.#options = options;
  }

  add(item: Item): void {
    const lane = this.#options.laneOf(item);
    (this.#queues.get(lane) ?? this.#open(lane)).add(item);
  }

  #open(lane: number): TickQueue<Item> {
    const { send, ...options } = this.#options;
    const queue = new TickQueue<Item>({
      ...options,
      send: (items) => send(lane, items),
      onIdle: () => {
        if (this.#queues.size > MAX_IDLE) this.#queues.delete(lane);
      },
    });
    this.#queues.set(lane, queue);
    return queue;
  }
}
