// @ts-check
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { askCommandsToEnd } from '../services/run.mjs';
import { Supervisor } from '../services/supervisor.mjs';
import { removeElsewhere } from '../start/fresh.mjs';

/** The product that journeys started takes 20 s at most to stop. */
export const END_MS = 25_000;

/**
 * A directory and a supervisor for one run, both gone when `work` is over or a signal comes.
 * @template T
 * @param {(bench: { directory: string, supervisor: Supervisor }) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withWorkbench(work) {
  const directory = mkdtempSync(path.join(tmpdir(), 'tenantcache-test-'));
  // PostgreSQL, which root starts as another user, has to pass through.
  chmodSync(directory, 0o755);
  const supervisor = new Supervisor({ logDirectory: path.join(directory, 'logs') });
  const clear = async () => {
    await askCommandsToEnd(END_MS);
    await supervisor.stopAll();
    removeElsewhere(directory);
    rmSync(directory, { recursive: true, force: true });
  };
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.once(name, () => void clear().finally(() => process.exit(1)));
  }
  process.on('exit', () => supervisor.killAll());
  try {
    return await work({ directory, supervisor });
  } finally {
    await clear();
  }
}
