import { describe, expect, it } from '@jest/globals';
import { parseBenchOptions } from '../bench/options.mjs';
import { judge, readFindings, render } from '../bench/results.mjs';

const context = { root: '/project', known: ['herd', 'l1-hit', 'miss'] };

describe('the options of npm run bench', () => {
  it('runs every case without names, in full and after a build', () => {
    expect(parseBenchOptions([], context)).toEqual({
      cases: ['herd', 'l1-hit', 'miss'],
      quick: false,
      build: true,
      profile: false,
      help: false,
      directory: '/project/bench/results',
    });
  });

  it('runs the named cases, each once and in the order of all', () => {
    const { cases, quick } = parseBenchOptions(['miss', '--quick', 'herd', 'miss'], context);
    expect(cases).toEqual(['herd', 'miss']);
    expect(quick).toBe(true);
  });

  it('refuses a case and an option that do not exist, naming those that do', () => {
    expect(() => parseBenchOptions(['l1'], context)).toThrow("no case 'l1': the cases are herd, l1-hit, miss");
    expect(() => parseBenchOptions(['--fast'], context)).toThrow('--quick');
  });
});

describe('the results of npm run bench', () => {
  const finding = {
    title: 'L1 hit',
    note: 'By reference.',
    columns: ['operations/s', 'ratio'],
    rows: [
      { name: 'lru-cache', cells: [4_567_890, 1] },
      { name: 'tenantcache', cells: [2_400_000, 0.525], target: '>= 0.50', reached: true },
      { name: 'tenantcache, cold', cells: [400_000, 0.087], target: '>= 0.50', reached: false },
    ],
  };
  const results = {
    machine: { node: 'v20' },
    quick: false,
    cases: [
      { case: 'l1-hit', seconds: 3, findings: [finding] },
      { case: 'herd', seconds: 1, findings: [], failed: 'exit code 1' },
    ],
  };

  it('reads one finding from each line', () => {
    const text = `${JSON.stringify(finding)}\n${JSON.stringify({ ...finding, title: 'again' })}\n`;
    expect(readFindings(text).map(({ title }) => title)).toEqual(['L1 hit', 'again']);
  });

  it('counts only rows with a target', () => {
    expect(judge(results)).toEqual({ reached: 1, missed: ['L1 hit: tenantcache, cold (>= 0.50)'] });
  });

  it('shows the figures, the verdicts, what was missed and what failed', () => {
    const text = render(results);
    expect(text).toContain('| lru-cache | 4,567,890 | 1 |  |  |');
    expect(text).toContain('| tenantcache | 2,400,000 | 0.525 | >= 0.50 | reached |');
    expect(text).toContain('| >= 0.50 | **not reached** |');
    expect(text).toContain('1 of 2 targets reached. Not reached:\n\n- L1 hit: tenantcache, cold (>= 0.50)');
    expect(text).toContain('## herd: failed\n\nexit code 1');
  });
});
