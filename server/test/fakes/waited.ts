import { setTimeout as delay } from 'node:timers/promises';

const NAP_MS = 10;

/**
 * How long something took, in milliseconds of a clock that stands still while this process does: naps of its event loop,
 * one after the other. A machine that stalls for seconds costs one nap; a wait that is built in costs all of its naps.
 * @param beside is awaited with each nap: what stalls it stops the clock as well
 * @throws what the work throws
 */
export async function waitedMs(work: () => Promise<unknown>, beside?: () => Promise<unknown>): Promise<number> {
  let running = true;
  const ended = work().finally(() => {
    running = false;
  });
  ended.catch(() => {});
  let naps = 0;
  for (;;) {
    await Promise.all([delay(NAP_MS), beside?.()]);
    if (!running) break;
    naps++;
  }
  await ended;
  return naps * NAP_MS;
}
