// @ts-check
import { access, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { say, sayWhile } from '../say.mjs';
import { runLogged } from '../services/run.mjs';
import { holdsStamp, stampOfFiles } from './source-stamp.mjs';

const PNPM = 'pnpm@12.21.0';
const PACKAGES = ['.', 'server', 'server/example', 'prisma', 'dashboard', 'e2e', 'bench'];

/** @param {string} root whether dependencies were installed here once */
export async function isInstalled(root) {
  return access(path.join(root, 'node_modules', '.modules.yaml')).then(
    () => true,
    () => false,
  );
}

/**
 * Installs the lockfile's dependencies, unless node_modules is that already. Needs only Node and npm.
 * @param {string} root
 * @param {string} logDirectory
 */
export async function install(root, logDirectory) {
  const manifests = PACKAGES.map((name) => path.posix.join(name, 'package.json'));
  const stamp = await stampOfFiles(root, ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]);
  const stampFile = path.join(root, 'node_modules', '.tenantcache-install');
  if ((await holdsStamp(stampFile, stamp)) && (await isInstalled(root))) {
    say('install', 'up to date');
    return;
  }
  await sayWhile('install', 'dependencies by pnpm; the first time takes a minute or two', () =>
    runLogged({
      name: 'install',
      command: 'npx',
      args: ['--yes', PNPM, 'install', '--frozen-lockfile', '--reporter=append-only'],
      cwd: root,
      env: { ...process.env, CI: '1', PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1', NEXT_TELEMETRY_DISABLED: '1' },
      logFile: path.join(logDirectory, 'install.log'),
      advice: 'check the network and the disk, then run the command again',
    }),
  );
  await writeFile(stampFile, `${stamp}\n`);
}
