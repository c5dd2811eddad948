// @ts-check
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { placeElsewhere } from '../services/postgres-places.mjs';
import { Trouble } from '../trouble.mjs';

/**
 * What stays: the lock that this process holds, programs that would only be fetched again, and what may be running by
 * `npm run redis:cluster`.
 */
const KEPT = new Set(['lock', 'packages', 'redis-cluster']);
/** What a data directory of ours has; something else is not ours to delete. */
const OURS = ['secrets.json', 'postgres', 'redis', 'cluster', 'logs', 'prometheus'];

/** @param {string} directory @throws {Trouble} where this is no data directory, but somebody's files */
export function removeData(directory) {
  const names = readdirSync(directory).filter((name) => !KEPT.has(name));
  if (names.length === 0) return;
  if (!names.some((name) => OURS.includes(name))) {
    throw new Trouble(
      `${directory} is no data directory of tenantcache: it is not deleted; name another with --data-dir.`,
    );
  }
  for (const name of names) rmSync(path.join(directory, name), { recursive: true, force: true });
  removeElsewhere(directory);
}

/** @param {string} directory its PostgreSQL data, where that had to be put outside of it */
export function removeElsewhere(directory) {
  rmSync(placeElsewhere(path.join(directory, 'postgres')), { recursive: true, force: true });
}
