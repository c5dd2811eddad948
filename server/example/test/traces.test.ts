import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { loadTraces, parseLine, zipfTrace } from '../src/traffic/traces.js';
import { seededRandom, zipfRanks } from '../src/traffic/zipf.js';

describe('recorded traces', () => {
  it('are read from their folder', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'traces '));
    try {
      await writeFile(join(directory, 'web07.txt.gz'), gzipSync('0\n1\n0\n'));
      await writeFile(join(directory, 'orm-busy-1m.txt.gz'), gzipSync('16777456\n131208'));
      await writeFile(join(directory, 'cdn-sizes.txt.gz'), gzipSync('1 0 68\n2 1 7454\n'));
      const { recorded, traces } = await loadTraces(directory);
      expect(recorded).toBe(true);
      expect(traces.map(({ requests }) => requests.map(({ key }) => key))).toEqual([
        ['0', '1', '0'],
        ['16777456', '131208'],
        ['0', '1'],
      ]);
      expect(traces[2]?.requests.map(({ windows }) => windows)).toEqual([1, 7]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('give each key one size', () => {
    expect(parseLine('131208')).toEqual(parseLine('131208'));
    expect(parseLine('7 42 4092928')).toEqual({ key: '42', windows: 60 });
  });

  it.each([undefined, '/does/not/exist'])(
    'are replaced by Zipf keys where absent (%s), the same with each run',
    async (directory) => {
      const { recorded, traces } = await loadTraces(directory);
      expect(recorded).toBe(false);
      expect(traces).toHaveLength(3);
      const again = (await loadTraces(directory)).traces;
      const beginning = (all: typeof traces) => all.map(({ requests }) => requests.slice(0, 200));
      expect(beginning(again)).toEqual(beginning(traces));
    },
  );
});

describe('Zipf fallback', () => {
  it('asks for rank 0 most, in proportion to rank ^ -exponent', () => {
    const rank = zipfRanks(1_000, 1, seededRandom(1));
    const counts = new Map<number, number>();
    for (let index = 0; index < 100_000; index++) {
      const asked = rank();
      counts.set(asked, (counts.get(asked) ?? 0) + 1);
    }
    const ratio = (counts.get(0) ?? 0) / (counts.get(9) ?? 1);
    expect(ratio).toBeGreaterThan(8);
    expect(ratio).toBeLessThan(12.5);
    expect(Math.max(...counts.keys())).toBeLessThan(1_000);
  });

  it('repeats some keys often and has enough of them to fill quotas', () => {
    const { requests } = zipfTrace('z', 3, 20_000);
    const distinct = new Set(requests.map(({ key }) => key)).size;
    expect(distinct).toBeGreaterThan(3_000);
    expect(distinct).toBeLessThan(12_000);
    const sizes = requests.map(({ windows }) => windows);
    expect(Math.min(...sizes)).toBe(1);
    expect(Math.max(...sizes)).toBe(60);
  });
});
