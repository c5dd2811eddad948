import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { ERRORS } from '../src/core/errors.js';
import { VERSION } from '../src/version.js';

const server = join(dirname(fileURLToPath(import.meta.url)), '..');
const src = join(server, 'src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
/** Generated text, and suites: tests that the package ships. */
const exempt = (name: string) => /\.gen\.ts$|-contract\.ts$/.test(name);
const read = (name: string) => readFileSync(join(src, name), 'utf8');
const importsOf = (name: string) =>
  [...read(name).matchAll(/(?:from|import)\s+'(\.[^']+)'/g)].map(([, target]) =>
    relative(src, resolve(src, dirname(name), target as string)).replace(/\.js$/, '.ts'),
  );
const folderOf = (name: string) => (name.includes('/') ? (name.split('/')[0] as string) : '');

describe('the star', () => {
  it('lets every folder import core and itself only', () => {
    const broken = files
      .filter((name) => folderOf(name) !== '')
      .flatMap((name) => importsOf(name).map((target) => [name, target] as const))
      .filter(([name, target]) => folderOf(target) !== 'core' && folderOf(target) !== folderOf(name));
    expect(broken).toEqual([]);
  });

  it('has no import cycle', () => {
    const done = new Set<string>();
    const visit = (name: string, path: string[]): void => {
      if (path.includes(name)) throw new Error(`cycle: ${[...path, name].join(' -> ')}`);
      if (done.has(name)) return;
      for (const target of importsOf(name)) visit(target, [...path, name]);
      done.add(name);
    };
    expect(() => {
      for (const name of files) visit(name, []);
    }).not.toThrow();
  });

  it('keeps Redis in l2 and Prisma in postgres', () => {
    const users = (pattern: RegExp) => files.filter((name) => pattern.test(read(name))).map(folderOf);
    expect(new Set(users(/^import (?!type).*'ioredis'/m))).toEqual(new Set(['l2']));
    expect(new Set(users(/'@tenantcache\/database'/))).toEqual(new Set(['postgres']));
  });

  it('keeps files to one idea: at most 250 lines', () => {
    const long = files.filter((name) => !exempt(name)).filter((name) => read(name).split('\n').length > 251);
    expect(long).toEqual([]);
  });

  it('spells Redis keys in one file', () => {
    const spelled = files.filter((name) => !exempt(name) && /['"`](?:tenant|meta):\{/.test(read(name)));
    expect(spelled).toEqual(['l2/redis-keys.ts']);
  });
});

describe('documents', () => {
  it('explain every error code, and no other', () => {
    const page = readFileSync(join(server, '..', 'docs', 'errors.md'), 'utf8');
    const headings = [...page.matchAll(/^## ([A-Z_]+)$/gm)].map(([, code]) => code);
    expect(headings.sort()).toEqual(Object.keys(ERRORS).sort());
  });

  it('state the version of the package', () => {
    const { version } = JSON.parse(readFileSync(join(server, 'package.json'), 'utf8')) as { version: string };
    expect(VERSION).toBe(version);
  });
});

describe('Lua scripts', () => {
  const scripts = join(src, 'l2', 'scripts');
  const lua = readdirSync(scripts).filter((name) => name.endsWith('.lua'));

  it.each(lua)('%s tells its keys, arguments and result, and takes no others', (name) => {
    const text = readFileSync(join(scripts, name), 'utf8');
    const header = text.split('\n').filter((line) => /^(#!|--)/.test(line));
    const body = text
      .split('\n')
      .filter((line) => !/^(#!|--)/.test(line))
      .join('\n');
    for (const word of ['KEYS', 'ARGV', 'RESULT'])
      expect(header.join('\n')).toMatch(new RegExp(`^-- ${word} +\\S`, 'm'));
    expect(header[0]).toMatch(/^#!lua/);
    for (const word of ['KEYS', 'ARGV']) {
      const declared = !new RegExp(`^-- ${word} +none`, 'm').test(header.join('\n'));
      expect([word, body.includes(`${word}[`) || body.includes(`unpack(${word}`)]).toEqual([word, declared]);
    }
  });
});
