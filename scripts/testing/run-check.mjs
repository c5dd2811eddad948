// @ts-check
import { say, seconds } from '../say.mjs';

/**
 * Runs one check and counts it.
 * @param {import('./tally.mjs').Tally} tally
 * @param {string} kind
 * @param {() => Promise<boolean>} check
 */
export async function runCheck(tally, kind, check) {
  const startedAt = performance.now();
  process.stdout.write(`\n${kind} …\n`);
  const passed = await check();
  const durationMs = performance.now() - startedAt;
  say(kind, `${passed ? 'passed' : 'failed'} in ${seconds(durationMs)}`);
  tally.add({ kind, passed: passed ? 1 : 0, failed: passed ? 0 : 1, durationMs });
}
