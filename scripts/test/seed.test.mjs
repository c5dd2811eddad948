import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PROJECT_ROOT } from '../project-root.mjs';
import { parseSeedOptions } from '../seed/options.mjs';

const URL = 'postgresql://some_admin:x@127.0.0.1:1/some';

describe('npm run seed', () => {
  it('takes a fleet of 10,000 tenants and a year where nothing else is said', () => {
    expect(parseSeedOptions(['--database-url', URL])).toMatchObject({
      tenants: 10_000,
      days: 365,
      bucketMs: 300_000,
      besideOthers: false,
      remove: false,
    });
  });

  it.each([
    ['no database', []],
    ['a database that is none', ['--database-url', 'redis://127.0.0.1']],
    ['no tenant', ['--database-url', URL, '--tenants', '0']],
    ['more tenants than ids', ['--database-url', URL, '--tenants', '100000']],
    ['a number that is none', ['--database-url', URL, '--days', '1e2']],
    ['samples for longer than they are kept', ['--database-url', URL, '--sample-days', '91']],
    ['a bucket that does not divide a day', ['--database-url', URL, '--bucket-minutes', '7']],
  ])('refuses %s in one sentence', (_, args) => {
    expect(() => parseSeedOptions(args)).toThrow(expect.objectContaining({ name: 'Trouble' }));
  });

  it('lists its options', () => {
    const script = path.join(PROJECT_ROOT, 'scripts', 'seed.mjs');
    const { status, stdout } = spawnSync(process.execPath, [script, '--help'], { encoding: 'utf8' });
    expect(status).toBe(0);
    for (const option of ['--database-url', '--tenants', '--beside-others', '--remove'])
      expect(stdout).toContain(option);
  });
});
