// @ts-check
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { say } from '../say.mjs';
import { birthOf } from './process-identity.mjs';
import { signal } from './signal.mjs';

const STOP_TIMEOUT_MS = 30_000;

/** @param {string} data @returns {{ pid: number, isReadyAs: (pid: number) => boolean } | undefined} what the server says of itself */
export function readPidFile(data) {
  try {
    const lines = readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    return { pid, isReadyAs: (expected) => pid === expected && (lines[7] ?? '').trim() === 'ready' };
  } catch {
    return undefined;
  }
}

/** @param {number} pid @param {string} data whether this process is the server of this data directory */
function isServerOf(pid, data) {
  if (process.platform !== 'linux') return birthOf(pid) !== undefined;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(data);
  } catch {
    return false;
  }
}

/**
 * A killed run leaves a pid file, and perhaps its server: the server is ended, and a file whose pid is now somebody
 * else's is removed, which PostgreSQL itself would take for a running server.
 * @param {string} data
 */
export async function settlePidFile(data) {
  const left = readPidFile(data);
  if (!left) return;
  if (isServerOf(left.pid, data)) {
    say('postgres', `ending the server that an earlier run left (pid ${left.pid})`);
    const birth = birthOf(left.pid);
    signal(left.pid, 'SIGINT');
    const deadline = performance.now() + STOP_TIMEOUT_MS;
    while (birth !== undefined && birthOf(left.pid) === birth) {
      if (performance.now() > deadline) signal(left.pid, 'SIGQUIT');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  rmSync(path.join(data, 'postmaster.pid'), { force: true });
}
