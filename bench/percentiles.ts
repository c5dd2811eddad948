import { setTimeout as delay } from 'node:timers/promises';

/** Of `ms`, in milliseconds. */
export function percentile(ms: readonly number[], share: number): number {
  const sorted = [...ms].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export async function timedMs(call: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await call();
  return performance.now() - startedMs;
}

/** Begins calls at a steady rate, whatever the earlier ones are doing, for `forMs`; resolves to the times of all. */
export async function paced(
  perSecond: number,
  forMs: number,
  call: (index: number) => Promise<unknown>,
): Promise<number[]> {
  const startedMs = performance.now();
  const under: Promise<number>[] = [];
  for (let elapsedMs = 0; elapsedMs < forMs; elapsedMs = performance.now() - startedMs) {
    const due = Math.floor((elapsedMs / 1_000) * perSecond);
    while (under.length < due) under.push(timedMs(() => call(under.length)));
    await delay(1);
  }
  return Promise.all(under);
}
