import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { askCommandsToEnd, run } from '../services/run.mjs';
import { inTemporaryDirectory } from './in-temporary-directory.mjs';

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function until(test) {
  for (let tries = 0; tries < 600 && !test(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(test()).toBe(true);
}

/** Starts a process in a group of its own, as the product's supervisor does, and ends it where it is asked to end itself. */
const program = (file) => `
  const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
  process.on('SIGTERM', () => { child.kill('SIGKILL'); process.exit(0); });
  require('node:fs').writeFileSync(${JSON.stringify(file)}, String(child.pid));
  setInterval(() => {}, 1000);`;

describe('commands under way', () => {
  it('end with what they started in groups of its own, because they are asked first', () =>
    inTemporaryDirectory(async (directory) => {
      const file = path.join(directory, 'pid');
      const running = run({ command: process.execPath, args: ['-e', program(file)] }, 'ignore');
      await until(() => existsSync(file) && readFileSync(file, 'utf8') !== '');
      const pid = Number(readFileSync(file, 'utf8'));
      expect(isAlive(pid)).toBe(true);
      await askCommandsToEnd(10_000);
      expect(await running).toBe(0);
      await until(() => !isAlive(pid));
    }));

  it('are killed where they do not listen', () =>
    inTemporaryDirectory(async (directory) => {
      const file = path.join(directory, 'ready');
      const deaf = `process.on('SIGTERM', () => {}); require('node:fs').writeFileSync(${JSON.stringify(file)}, '1'); setInterval(() => {}, 1000);`;
      const running = run({ command: process.execPath, args: ['-e', deaf] }, 'ignore');
      await until(() => existsSync(file));
      await askCommandsToEnd(300);
      expect(await running).toBe(1);
    }));
});
