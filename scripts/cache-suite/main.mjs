// @ts-check
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { PROJECT_ROOT } from '../project-root.mjs';
import { say, sayWhile } from '../say.mjs';
import { Ports } from '../services/ports.mjs';
import { withWorkbench } from '../testing/workbench.mjs';
import { Trouble } from '../trouble.mjs';
import { between, countsOf, pagePart, rowsOf } from './table.mjs';

const PAGE = path.join(PROJECT_ROOT, 'docs', 'features', 'response-cache.md');

export const HELP = `npm run cache-suite -- <path of a checkout of http-tests/cache-tests, with its packages>

Runs the public HTTP cache tests against a reverse proxy made of the middleware, in about a minute, and writes the
result of each test into docs/features/response-cache.md.

  --redis <url>   keeps responses in this Redis as well (default: in memory)
  --id <test>     runs one test, shows what went over the wire, and writes nothing
  --no-write      shows the counts and what failed, and writes nothing
  --help          this text
`;

/** @param {string[]} args @throws {Trouble} */
export async function cacheSuite(args) {
  const { values, positionals } = parse(args);
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const suite = suiteAt(positionals);
  await withWorkbench(async ({ directory, supervisor }) => {
    const ports = new Ports();
    const [originPort, port] = [await ports.any(), await ports.any()];
    const env = { ...process.env, NODE_OPTIONS: '' };
    const origin = await supervisor.launch({
      name: 'origin',
      command: process.execPath,
      args: ['test-engine/server/server.mjs'],
      cwd: suite,
      env: {
        ...env,
        npm_config_protocol: 'http',
        npm_config_port: String(originPort),
        npm_config_pidfile: path.join(directory, 'origin.pid'),
      },
    });
    await supervisor.untilReady(origin, () => answers(originPort), 15_000);
    const proxy = await supervisor.launch({
      name: 'proxy',
      command: process.execPath,
      args: [
        await bundled(directory),
        JSON.stringify({ originPort, port, ...(values.redis && { redis: values.redis }) }),
      ],
      env,
    });
    await supervisor.untilReady(proxy, () => answers(port), 15_000);
    // As npm sets them for a script; without the last one the client finds no test to run.
    const settings = {
      npm_config_base: `http://127.0.0.1:${port}`,
      npm_config_id: values.id ?? '',
      npm_package_config_id: '',
    };
    const client = { suite, env: { ...env, ...settings } };
    if (values.id !== undefined) {
      process.stdout.write(await runClient(client));
      return;
    }
    const output = await sayWhile('suite', 'running the tests', () => runClient(client));
    await judge(suite, JSON.parse(output.slice(output.indexOf('{'))), values['no-write'] !== true);
  });
}

/** @param {string} suite @param {Record<string, true | [string, string]>} results @param {boolean} write */
async function judge(suite, results, write) {
  const imported = await import(pathToFileURL(path.join(suite, 'tests/index.mjs')).href);
  const { determineTestResult } = await import(pathToFileURL(path.join(suite, 'test-engine/lib/results.mjs')).href);
  const rows = rowsOf(imported.default, results, determineTestResult);
  for (const [kind, count] of Object.entries(countsOf(rows))) {
    say(
      'suite',
      `${kind}: ${count.passed} of ${count.all} passed, ${count.withDependencies} with those they depend on`,
    );
  }
  for (const row of rows.filter(({ kind, passed }) => kind !== 'check' && !passed)) {
    say('suite', `${row.kind}, not passed: ${row.id} (${row.message})`);
  }
  if (!write) return;
  writeFileSync(PAGE, between(readFileSync(PAGE, 'utf8'), pagePart(rows, versionOf(suite))));
  say('suite', `written to ${path.relative(process.cwd(), PAGE)}`);
}

/** @param {string} suite @returns {string} which one was run: of its package, and its commit where it is a clone */
function versionOf(suite) {
  const { version } = JSON.parse(readFileSync(path.join(suite, 'package.json'), 'utf8'));
  const { status, stdout } = spawnSync('git', ['-C', suite, 'rev-parse', '--short=10', 'HEAD'], { encoding: 'utf8' });
  return status === 0 ? `${version}, commit ${stdout.trim()}` : version;
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        redis: { type: 'string' },
        id: { type: 'string' },
        'no-write': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new Trouble(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
}

/** @param {string[]} positionals @returns {string} */
function suiteAt(positionals) {
  const [given, ...rest] = positionals;
  if (given === undefined || rest.length > 0) throw new Trouble(HELP);
  const suite = path.resolve(given);
  try {
    const { name } = JSON.parse(readFileSync(path.join(suite, 'package.json'), 'utf8'));
    if (name === 'http-cache-tests') return suite;
  } catch {
    // Told below, with what is wanted.
  }
  throw new Trouble(
    `${given} is no checkout of https://github.com/http-tests/cache-tests: clone it, and run npm i in it.`,
  );
}

/** @param {string} directory @returns {Promise<string>} the proxy, with all that it imports */
async function bundled(directory) {
  const { build } = await import('esbuild');
  const outfile = path.join(directory, 'proxy.cjs');
  await build({
    entryPoints: [path.join(PROJECT_ROOT, 'server/test/fakes/reverse-proxy-worker.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    define: { 'import.meta.url': '__importMetaUrl' },
    banner: { js: "const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    logLevel: 'error',
  });
  return outfile;
}

/** @param {number} port @returns {Promise<boolean>} */
async function answers(port) {
  try {
    await (await fetch(`http://127.0.0.1:${port}/`)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** @param {{ suite: string, env: NodeJS.ProcessEnv }} client @returns {Promise<string>} what it wrote */
function runClient({ suite, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--no-warnings', 'test-engine/cli.mjs'], {
      cwd: suite,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    /** @type {Buffer[]} */
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(chunks).toString());
      else reject(new Trouble(`The client of the suite ended with exit code ${code}.`));
    });
  });
}
