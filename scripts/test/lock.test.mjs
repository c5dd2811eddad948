import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { birthOf } from '../services/process-identity.mjs';
import { lockDirectory } from '../start/lock.mjs';
import { inTemporaryDirectory } from './in-temporary-directory.mjs';

describe('the lock of a data directory', () => {
  it('keeps a second process out until it is given back', () =>
    inTemporaryDirectory((directory) => {
      const unlock = lockDirectory(directory);
      expect(() => lockDirectory(directory)).toThrow(
        `npm start is already running on ${directory} (pid ${process.pid})`,
      );
      unlock();
      expect(existsSync(path.join(directory, 'lock'))).toBe(false);
      lockDirectory(directory)();
    }));

  it.each([
    ['a process that is no more', () => ({ pid: spawnSync(process.execPath, ['-e', '']).pid, birth: '1' })],
    ['a pid that was given to another process', () => ({ pid: process.pid, birth: `${birthOf(process.pid)}0` })],
  ])('counts for nothing when it names %s', (_, holder) =>
    inTemporaryDirectory((directory) => {
      const file = path.join(directory, 'lock');
      writeFileSync(file, JSON.stringify(holder()));
      const unlock = lockDirectory(directory);
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ pid: process.pid, birth: birthOf(process.pid) });
      unlock();
    }),
  );

  it('counts for nothing when a crash left half of it', () =>
    inTemporaryDirectory((directory) => {
      for (const torn of ['{"pid":', '{}', '5', 'null', '[]', '{"pid":"1","birth":"x"}']) {
        writeFileSync(path.join(directory, 'lock'), torn);
        lockDirectory(directory)();
      }
    }));
});
