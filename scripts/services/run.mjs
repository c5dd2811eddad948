// @ts-check
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { systemCode, Trouble } from '../trouble.mjs';
import { signal } from './signal.mjs';

const TAIL_LINES = 25;

/** Commands under way, each leader of its own process group. @type {Set<import('node:child_process').ChildProcess>} */
const underWay = new Set();

/** Ends the commands under way, with what they started. */
export function endCommandsUnderWay() {
  for (const child of underWay) {
    if (child.pid) signal(-child.pid, 'SIGKILL');
  }
}

const ASK_AGAIN_MS = 50;

/**
 * Asks the commands under way to end with what they started, and kills what is left of their groups. A command that started
 * the product with groups of its own, as the journeys do, needs this: a kill would leave those running.
 * @param {number} graceMs
 */
export async function askCommandsToEnd(graceMs) {
  const leaders = [...underWay].flatMap(({ pid }) => (pid ? [pid] : []));
  for (const leader of leaders) signal(-leader, 'SIGTERM');
  const deadline = performance.now() + graceMs;
  while (performance.now() < deadline && leaders.some(isAlive)) {
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
  for (const leader of leaders.filter(isAlive)) signal(-leader, 'SIGKILL');
}

/** @param {number} leader of a group, which may have ended before the others of it */
function isAlive(leader) {
  try {
    process.kill(-leader, 0);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} file @param {number} [lines] */
export async function tailOf(file, lines = TAIL_LINES) {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}

/**
 * Runs a command to its end.
 * @param {{ command: string, args: string[], cwd?: string, env?: NodeJS.ProcessEnv, uid?: number, gid?: number }} spec
 * @param {import('node:child_process').StdioOptions} stdio
 * @returns {Promise<number>} its exit code; 127 where it does not exist, 1 where a signal ended it
 */
export function run({ command, args, cwd, env, uid, gid }, stdio) {
  return new Promise((resolve, reject) => {
    const owner = uid === undefined ? {} : { uid, gid };
    const child = spawn(command, args, { cwd, env: env ?? process.env, stdio, detached: true, ...owner });
    underWay.add(child);
    child.once('error', (error) => {
      underWay.delete(child);
      if (systemCode(error) === 'ENOENT') resolve(127);
      else reject(error);
    });
    child.once('exit', (code) => {
      underWay.delete(child);
      resolve(code ?? 1);
    });
  });
}

/**
 * Runs a command with its output in a log file.
 * @param {Parameters<typeof run>[0] & { name: string, logFile: string, advice: string }} spec
 * @throws {Trouble} where it fails, with the end of the log
 */
export async function runLogged({ name, logFile, advice, ...spec }) {
  mkdirSync(path.dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'w');
  const code = await run(spec, ['ignore', log, log]).finally(() => closeSync(log));
  if (code === 0) return;
  throw new Trouble(
    `The ${name} failed (exit code ${code}): ${advice}; all of its output is in ${logFile}.`,
    await tailOf(logFile),
  );
}
