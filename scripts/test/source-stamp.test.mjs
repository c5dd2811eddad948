import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { stampOfSources } from '../setup/source-stamp.mjs';
import { inTemporaryDirectory } from './in-temporary-directory.mjs';

describe('the stamp of a build', () => {
  it('changes with a source, its name and what it is built on, and with nothing else', () =>
    inTemporaryDirectory(async (directory) => {
      const source = path.join(directory, 'src', 'a.ts');
      mkdirSync(path.dirname(source));
      writeFileSync(source, 'one');
      const stamp = await stampOfSources(directory, ['upstream']);

      for (const name of ['dist', 'node_modules', 'test', '.next']) {
        mkdirSync(path.join(directory, name));
        writeFileSync(path.join(directory, name, 'a.ts'), 'x');
      }
      utimesSync(source, 1, 1);
      expect(await stampOfSources(directory, ['upstream'])).toBe(stamp);

      expect(await stampOfSources(directory, ['changed'])).not.toBe(stamp);
      writeFileSync(source, 'two');
      expect(await stampOfSources(directory, ['upstream'])).not.toBe(stamp);
      writeFileSync(source, 'one');
      writeFileSync(path.join(directory, 'src', 'b.ts'), '');
      expect(await stampOfSources(directory, ['upstream'])).not.toBe(stamp);
    }));
});
