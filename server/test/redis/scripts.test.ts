import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from '@jest/globals';
import { SCRIPTS } from '../../src/l2/scripts.gen.js';

const scripts = new URL('../../src/l2/scripts/', import.meta.url);
// Copied, because arrays of Node itself are not those of the test's realm.
const files = Array.from(readdirSync(scripts)).filter((file) => file.endsWith('.lua'));
const source = (file: string) => readFileSync(new URL(file, scripts), 'utf8');

describe('Lua scripts', () => {
  it.each(files)('%s has a shebang and says KEYS, ARGV and RESULT', (file) => {
    const [shebang, ...rest] = source(file).split('\n');
    assert.match(shebang ?? '', /^#!lua( flags=[a-z,-]+)?$/);
    const header = rest
      .slice(
        0,
        rest.findIndex((line) => !line.startsWith('--')),
      )
      .join('\n');
    for (const part of [/^-- [A-Z].*\.$/m, /^-- KEYS {3}\S/m, /^-- ARGV {3}\S/m, /^-- RESULT \S/m])
      assert.match(header, part);
  });

  it.each(files)('%s uses what its header names, and no more keys', (file) => {
    const text = source(file);
    const uses = [...text.matchAll(/KEYS\[(\d+)\]/g)].map((match) => Number(match[1]));
    const named = /-- KEYS {3}(.*)/.exec(text)?.[1] ?? '';
    for (const key of uses) assert.match(named, new RegExp(`\\b${key} \\w+`));
  });

  it('the embedded scripts are those of the files: run embed-scripts.mjs after a change', async () => {
    const { embed } = (await import(new URL('../../embed-scripts.mjs', import.meta.url).href)) as {
      embed: () => string;
    };
    assert.equal(readFileSync(new URL('../scripts.gen.ts', scripts), 'utf8'), embed());
    assert.deepEqual(
      Object.keys(SCRIPTS),
      Array.from(files, (file) => file.replace('.lua', '')),
    );
    for (const { lua, sha1 } of Object.values(SCRIPTS))
      assert.equal(createHash('sha1').update(lua).digest('hex'), sha1);
  });
});
