// @ts-check
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { say } from '../say.mjs';
import { pings } from './ask-redis.mjs';
import { findOnPath } from './find-binary.mjs';
import { fromPackageManager } from './package-manager.mjs';
import { requireReachable } from './reachable.mjs';

/** The scripts need what came with these versions. */
const SERVERS = [
  { name: 'redis-server', packageNames: ['redis-server', 'redis-tools'], brewName: 'redis', needed: 7 },
  { name: 'valkey-server', packageNames: ['valkey-server', 'valkey-tools'], brewName: 'valkey', needed: 7.2 },
];

/** @param {string} text what `--version` prints @returns {number} such as 7.2; 0 where there is none */
export function versionOf(text) {
  return Number(/v=(\d+\.\d+)/.exec(text)?.[1] ?? 0);
}

/** @param {{ command: string, env?: NodeJS.ProcessEnv }} binary @param {number} needed */
function isNewEnough({ command, env }, needed) {
  try {
    const version = versionOf(execFileSync(command, ['--version'], { encoding: 'utf8', env: env ?? process.env }));
    if (version >= needed) return true;
    say('redis', `${command} is version ${version}, ${needed} is needed: not used`);
  } catch {
    say('redis', `${command} does not run: not used`);
  }
  return false;
}

/** @param {string} packageDirectory @returns {Promise<{ command: string, env?: NodeJS.ProcessEnv } | undefined>} */
export async function findServer(packageDirectory) {
  for (const { name, needed } of SERVERS) {
    const command = findOnPath(name);
    if (command && isNewEnough({ command }, needed)) return { command };
  }
  for (const { name, packageNames, brewName, needed } of SERVERS) {
    const binary = await fromPackageManager({ topic: 'redis', packageNames, brewName, binary: name, packageDirectory });
    if (binary && isNewEnough(binary, needed)) return binary;
  }
  return undefined;
}

/**
 * The Redis of the URL, else one found or fetched and started on loopback.
 * @param {object} options
 * @param {string | undefined} options.url
 * @param {string} [options.variable] the variable that the URL came from
 * @param {string} options.directory for its data
 * @param {string} options.packageDirectory
 * @param {boolean} options.durable keeps an append-only file; without it nothing outlives the process
 * @param {() => Promise<number>} options.choosePort
 * @param {import('./supervisor.mjs').Supervisor} options.supervisor
 * @returns {Promise<{ url: string, running?: import('./supervisor.mjs').Running } | undefined>} undefined where none is to be had
 */
export async function provideRedis({
  url,
  variable = 'REDIS_URL',
  directory,
  packageDirectory,
  durable,
  choosePort,
  supervisor,
}) {
  if (url) {
    say('redis', `${await requireReachable(variable, url)}, from ${variable}`);
    return { url };
  }
  const server = await findServer(packageDirectory);
  if (!server) return undefined;
  mkdirSync(directory, { recursive: true });
  const port = await choosePort();
  const persistence = durable ? ['--appendonly', 'yes', '--appendfsync', 'everysec'] : ['--appendonly', 'no'];
  const running = await supervisor.launch({
    name: 'redis',
    command: server.command,
    // The directory is the process's own, so that no path with a space has to survive Redis's option parser.
    args: [
      '--bind',
      '127.0.0.1',
      '--port',
      String(port),
      '--dir',
      '.',
      '--save',
      '',
      '--maxmemory-policy',
      'noeviction',
      ...persistence,
    ],
    cwd: directory,
    ...(server.env && { env: server.env }),
  });
  await supervisor.untilReady(running, () => pings(port), 60_000);
  say(
    'redis',
    `${server.command} on 127.0.0.1:${port}${durable ? `, data in ${path.relative(process.cwd(), directory)}` : ''}`,
  );
  return { url: `redis://127.0.0.1:${port}`, running };
}
