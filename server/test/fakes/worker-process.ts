import { type ChildProcess, fork, type Serializable, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** A TypeScript file that runs as a process of its own: bundled with all it imports, so it can be anywhere. */
export interface WorkerProgram {
  /** @param argument what the process finds as `process.argv[2]` */
  start(argument: object): WorkerProcess;
  /** Runs it to its end. @param flags of Node */
  run(flags: readonly string[], argument: string): { alive: boolean; output: string; errors: string };
  remove(): void;
}

export async function workerProgram(url: URL): Promise<WorkerProgram> {
  const directory = mkdtempSync(join(tmpdir(), 'tenantcache-worker-'));
  const outfile = join(directory, 'worker.cjs');
  await build({
    entryPoints: [fileURLToPath(url)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    define: { 'import.meta.url': '__importMetaUrl' },
    banner: { js: "const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    logLevel: 'error',
  });
  return {
    start: (argument) => new WorkerProcess(fork(outfile, [JSON.stringify(argument)], { execArgv: [] })),
    run(flags, argument) {
      const env = { ...process.env, NODE_OPTIONS: '' };
      const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, outfile, argument], {
        env,
        maxBuffer: MAX_OUTPUT_BYTES,
      });
      return { alive: status === 0, output: String(stdout), errors: String(stderr) };
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Asked and answered one message at a time. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  /** How it ends: its exit code, or the signal that ended it. */
  readonly exit: Promise<number | NodeJS.Signals>;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.exit = new Promise((resolve) => child.once('exit', (code, signal) => resolve((code ?? signal) as number)));
  }

  /** The next message of the process. @throws Error where it ends instead */
  async answer<T>(): Promise<T> {
    const ended = new AbortController();
    try {
      const exit = this.exit.then((how) => {
        throw new Error(`the worker ended: ${how}`);
      });
      exit.catch(() => {});
      const message = once(this.#child, 'message', { signal: ended.signal });
      return (await Promise.race([exit, message]))[0] as T;
    } finally {
      ended.abort();
    }
  }

  ask<T>(message: Serializable): Promise<T> {
    const answer = this.answer<T>();
    this.#child.send(message);
    return answer;
  }

  /** Sends a signal and waits for the end: its exit code, or the signal that ended it. */
  async end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals> {
    this.#child.kill(signal);
    return this.exit;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await this.exit;
  }
}
