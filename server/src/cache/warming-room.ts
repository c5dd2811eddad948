import { belowWarning } from '../core/quota.js';
import type { CacheEngine } from './cache-engine.js';
import { MAX_ROUNDS_TO_READ } from './settled-usage.js';
import type { TenantRuntime } from './tenant-runtime.js';

/** Loads whose values found no room, one after the other, before no more of the tenant are made for a while. */
const REFUSALS = 3;
const LOOK_AGAIN_MS = 1_000;

interface Room {
  refusals: number;
  usedBytes: number;
  lookAgainAtMs: number;
  looking: Promise<unknown> | undefined;
}

const rooms = new WeakMap<TenantRuntime, Room>();

/**
 * Whether a load for a tenant is worth its while. The store decides on each write by itself; this only saves the loads of
 * values that it would keep out, by what was last heard of the tenant, asked again once a second while that is full.
 */
export async function hasWarmingRoom(engine: CacheEngine, runtime: TenantRuntime): Promise<boolean> {
  const room = roomOf(runtime);
  const { usedBytes } = runtime.counters;
  if (usedBytes < room.usedBytes) room.refusals = 0;
  if (isBelow(runtime) && room.refusals < REFUSALS) return true;
  const nowMs = performance.now();
  if (nowMs >= room.lookAgainAtMs) {
    room.lookAgainAtMs = nowMs + LOOK_AGAIN_MS;
    // One more load, to hear whether there is room by now.
    room.refusals = Math.min(room.refusals, REFUSALS - 1);
    room.looking = engine.settle(runtime, MAX_ROUNDS_TO_READ, true).finally(() => {
      room.looking = undefined;
    });
  }
  await room.looking;
  return isBelow(runtime) && room.refusals < REFUSALS;
}

/** Tells what the store did with the value of a load. */
export function noteWarmed(runtime: TenantRuntime, stored: boolean): void {
  const room = roomOf(runtime);
  room.refusals = stored ? 0 : room.refusals + 1;
  room.usedBytes = runtime.counters.usedBytes;
}

function isBelow({ counters, limits }: TenantRuntime): boolean {
  return limits !== undefined && counters.usedBytes < belowWarning(limits).ceilingBytes;
}

function roomOf(runtime: TenantRuntime): Room {
  const known = rooms.get(runtime);
  if (known) return known;
  const room: Room = { refusals: 0, usedBytes: 0, lookAgainAtMs: 0, looking: undefined };
  rooms.set(runtime, room);
  return room;
}
