import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PROJECT_ROOT } from '../project-root.mjs';
import { isSupported } from '../setup/node-version.mjs';
import { HELP, parseStartOptions } from '../start/options.mjs';

const start = path.join(PROJECT_ROOT, 'scripts', 'start.mjs');

describe('npm start', () => {
  it('has defaults', () => {
    expect(parseStartOptions([], '/project')).toEqual({
      cluster: false,
      traffic: true,
      dashboard: true,
      fresh: false,
      json: false,
      help: false,
      dataDirectory: path.resolve('/project/.data'),
    });
  });

  it('reads every option that --help lists', () => {
    const listed = [...HELP.matchAll(/^ {2}(--[a-z-]+)( <\w+>)?/gm)].map(([, name, value]) =>
      value ? `${name}=1` : name,
    );
    expect(listed).toHaveLength(9);
    for (const option of listed) expect(() => parseStartOptions([option], '/project')).not.toThrow();
  });

  it.each([['--port=0'], ['--port=65536'], ['--dashboard-port=80a'], ['--prot=1'], ['extra']])(
    'ends with one sentence and code 1 for %s',
    (option) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [start, option], { encoding: 'utf8', env: {} });
      expect({ status, stdout, lines: stderr.trim().split('\n').length }).toEqual({ status: 1, stdout: '', lines: 1 });
    },
  );

  it.each([
    ['18.20.8', false],
    ['20.18.3', false],
    ['20.19.0', true],
    ['22.0.0', true],
  ])('takes Node %s: %s', (version, expected) => expect(isSupported(version)).toBe(expected));
});
