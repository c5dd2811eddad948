import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from './api-client.js';
import { tide } from './plan.js';
import { Summary } from './summary.js';
import type { TenantStream } from './tenant-stream.js';

export const TICK_MS = 50;
const MAX_IN_FLIGHT = 48;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/** Sends each tenant's requests at its planned rate; while the API is away it waits, and never gives up. */
export class Driver {
  readonly summary = new Summary();
  readonly #due: Map<TenantStream, number>;
  #inFlight = 0;
  #away = false;

  constructor(
    private readonly client: ApiClient,
    readonly streams: readonly TenantStream[],
    private readonly say: (line: string) => void,
  ) {
    this.#due = new Map(streams.map((stream) => [stream, Math.random()]));
  }

  async run(signal: AbortSignal): Promise<void> {
    let lastMs = Date.now();
    while (!signal.aborted) {
      if (this.#away) await waitForApi(this.client, this.say, signal);
      this.#away = false;
      await pause(TICK_MS, signal);
      const nowMs = Date.now();
      // What a stall or an absence left undone stays undone: a flood would measure nothing.
      this.#tick(nowMs, Math.min(nowMs - lastMs, 4 * TICK_MS));
      lastMs = nowMs;
    }
  }

  #tick(nowMs: number, elapsedMs: number): void {
    for (const stream of this.streams) {
      let due =
        (this.#due.get(stream) ?? 0) + (stream.plan.requestsPerSecond * tide(stream.plan, nowMs) * elapsedMs) / 1_000;
      for (; due >= 1 && this.#inFlight < MAX_IN_FLIGHT; due--) void this.#send(stream);
      this.#due.set(stream, Math.min(due, stream.plan.requestsPerSecond));
    }
  }

  async #send(stream: TenantStream): Promise<void> {
    this.#inFlight++;
    const startedMs = performance.now();
    try {
      const answer = await this.client.send(stream.plan.tenantId, stream.next());
      stream.observe(answer.usedBytes, answer.quotaBytes);
      this.summary.answered(answer.status, answer.exceeded, performance.now() - startedMs);
    } catch {
      this.summary.failed();
      this.#away = true;
    } finally {
      this.#inFlight--;
    }
  }
}

/** Resolves when the API is alive, or when `signal` ends the wait; says so when it was not at first. */
export async function waitForApi(client: ApiClient, say: (line: string) => void, signal: AbortSignal): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  let said = false;
  while (!signal.aborted && !(await client.alive())) {
    if (!said) say('The API does not answer; waiting for it.');
    said = true;
    await pause(pauseMs, signal);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
  if (said && !signal.aborted) say('The API answers.');
}

export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}
