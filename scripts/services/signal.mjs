// @ts-check
import { systemCode } from '../trouble.mjs';

const GROUP_CHECK_MS = 10;
const GROUP_TIMEOUT_MS = 1_000;

/** @param {number} pid negative: its whole group; one that has ended is no error @param {NodeJS.Signals} name */
export function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    // macOS answers EPERM for a group of which only a zombie is left.
    if (!['ESRCH', 'EPERM'].includes(systemCode(error) ?? '')) throw error;
  }
}

/**
 * Kills what a leader that has ended left of its group, and waits until that is gone.
 * @param {number} leader its pid, which is the group's id
 */
export async function endGroup(leader) {
  const deadline = performance.now() + GROUP_TIMEOUT_MS;
  while (performance.now() < deadline) {
    try {
      process.kill(-leader, 'SIGKILL');
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, GROUP_CHECK_MS));
  }
}
