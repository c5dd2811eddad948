import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { keep } from './logs.js';
import { startOidcProvider } from './oidc-provider.js';
import { groupIsAlive, processesOf } from './processes.js';
import { publishStack, type Stack } from './stack.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** A first start installs and builds; `npm test` has done both before. */
const READY_MS = 8 * 60_000;
const END_MS = 60_000;
/** Services that the person at this machine uses for something else. */
const FOREIGN = /^(REDIS_|DATABASE_|POSTGRES_|OIDC_|PUBLIC_URL$|PROMETHEUS_URL$|PG[A-Z]+$|npm_|NODE_OPTIONS$)/;

/** Starts the product as its users do. Returns what ends it, which Playwright calls when the last journey is over. */
export default async function start(): Promise<() => Promise<void>> {
  const dataDirectory = mkdtempSync(path.join(tmpdir(), 'tenantcache-e2e-'));
  // PostgreSQL, which root starts as another user, has to pass through.
  chmodSync(dataDirectory, 0o755);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.test(name)));
  const provider = await startOidcProvider();
  const child = spawn('npm', ['start', '--', '--data-dir', dataDirectory, '--json'], {
    cwd: ROOT,
    env: { ...env, ...provider.variables, WEBHOOK_ALLOW_PRIVATE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr.pipe(process.stderr);
  for (const stream of [child.stdout, child.stderr]) keep(stream, dataDirectory);
  try {
    publishStack(await readiness(child));
  } catch (error) {
    child.kill('SIGTERM');
    await provider.end();
    throw error;
  }
  return async () => {
    await provider.end();
    await end(child, dataDirectory);
  };
}

async function readiness(child: ChildProcess): Promise<Stack> {
  const printed: string[] = [];
  const timer = setTimeout(() => child.kill('SIGTERM'), READY_MS);
  if (!child.stdout) throw new Error('npm start has no output.');
  for await (const line of createInterface({ input: child.stdout })) {
    printed.push(line);
    if (!line.startsWith('{"event":"ready"')) continue;
    clearTimeout(timer);
    child.stdout.resume();
    return JSON.parse(line) as Stack;
  }
  clearTimeout(timer);
  throw new Error(`npm start ended before it was ready:\n${printed.slice(-40).join('\n')}`);
}

async function end(child: ChildProcess, dataDirectory: string): Promise<void> {
  const pids = processesOf(dataDirectory).map(({ pid }) => pid);
  const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
  const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
  child.kill('SIGTERM');
  await ended;
  clearTimeout(timer);
  const left = pids.filter(groupIsAlive);
  for (const pid of left) process.kill(-pid, 'SIGKILL');
  rmSync(dataDirectory, { recursive: true, force: true });
  if (child.exitCode !== 0)
    throw new Error(`npm start ended with ${child.signalCode ?? `code ${child.exitCode}`}, not 0.`);
  if (left.length > 0) throw new Error(`npm start left processes behind: ${left.join(', ')}.`);
}
