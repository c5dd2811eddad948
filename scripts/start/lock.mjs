// @ts-check
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { birthOf } from '../services/process-identity.mjs';
import { systemCode, Trouble } from '../trouble.mjs';

/** @param {string} file @returns {{ pid: number, birth: string } | undefined} who wrote it; undefined where it is torn or gone */
function holderOf(file) {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8'));
    return Number.isInteger(holder?.pid) && typeof holder.birth === 'string' ? holder : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Makes this process the only one that works on a data directory. A lock whose holder is no more counts for nothing.
 * @param {string} directory
 * @param {string} [command] what runs on it, as the reader knows it
 * @returns {() => void} gives it back
 * @throws {Trouble} where another process has it
 */
export function lockDirectory(directory, command = 'npm start') {
  mkdirSync(directory, { recursive: true });
  const file = path.join(directory, 'lock');
  const mine = JSON.stringify({ pid: process.pid, birth: birthOf(process.pid) });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      writeFileSync(file, mine, { flag: 'wx' });
      return () => {
        if (holderOf(file)?.pid === process.pid) rmSync(file, { force: true });
      };
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw cannotWrite(directory, error);
    }
    const holder = holderOf(file);
    if (holder && birthOf(holder.pid) === holder.birth) {
      throw new Trouble(
        `${command} is already running on ${directory} (pid ${holder.pid}): use that one, end it first, or give this one its own --data-dir.`,
      );
    }
    rmSync(file, { force: true });
  }
  throw new Trouble(`The lock ${file} cannot be had: remove it and run the command again.`);
}

/** @param {string} directory @param {unknown} error */
function cannotWrite(directory, error) {
  return new Trouble(
    `${directory} cannot be written (${systemCode(error) ?? error}): give this user the rights, or choose another with --data-dir.`,
  );
}
