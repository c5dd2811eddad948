// @ts-check
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { say, sayWhile } from '../say.mjs';
import { runLogged } from '../services/run.mjs';
import { holdsStamp, stampOfFiles, stampOfSources } from './source-stamp.mjs';

/** In order: each may use what those before it leave. */
const STEPS = [
  { name: 'database', directory: 'prisma', output: 'dist' },
  { name: 'server', directory: 'server', output: 'dist' },
  { name: 'example', directory: 'server/example', output: 'dist' },
  { name: 'dashboard', directory: 'dashboard', output: '.next' },
];

/**
 * Builds the packages whose sources changed since their last build.
 * @param {string} root
 * @param {string} logDirectory
 * @param {{ dashboard: boolean }} options the dashboard's build is the longest part
 */
export async function build(root, logDirectory, { dashboard }) {
  let upstream = await stampOfFiles(root, ['pnpm-lock.yaml', 'tsconfig.base.json']);
  let built = 0;
  for (const step of STEPS) {
    if (step.name === 'dashboard' && !dashboard) continue;
    const directory = path.join(root, step.directory);
    const stamp = await stampOfSources(directory, [upstream]);
    const stampFile = path.join(directory, step.output, '.tenantcache-build');
    upstream = stamp;
    if (await holdsStamp(stampFile, stamp)) continue;
    built += 1;
    await rm(stampFile, { force: true });
    await sayWhile('build', step.name, () =>
      runLogged({
        name: `build of ${step.name}`,
        command: 'npm',
        args: ['run', '--silent', 'build'],
        cwd: directory,
        env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
        logFile: path.join(logDirectory, `build-${step.name}.log`),
        advice: 'the lines above say what to correct',
      }),
    );
    await mkdir(path.dirname(stampFile), { recursive: true });
    await writeFile(stampFile, `${stamp}\n`);
  }
  if (built === 0) say('build', 'up to date');
}
