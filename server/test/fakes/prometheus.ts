import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './redis-process.js';

const MISSING =
  'is not on PATH: install Prometheus, which brings it along (Debian, Ubuntu: apt-get install prometheus)';

/** @returns what `promtool check metrics` finds fault with: nothing, where all is well */
export function checkMetrics(exposition: string): string {
  const { error, status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: exposition,
    encoding: 'utf8',
  });
  if (error) throw isMissing(error) ? new Error(`promtool ${MISSING}`) : error;
  return status === 0 ? '' : `${stdout}${stderr}`;
}

/** A Prometheus of the test's own, with exemplars, that scrapes one target every second. */
export class PrometheusProcess {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #directory: string;

  private constructor(child: ChildProcess, url: string, directory: string) {
    this.#child = child;
    this.url = url;
    this.#directory = directory;
  }

  /** @param target `host:port`, whose `/metrics` it scrapes */
  static async start(target: string): Promise<PrometheusProcess> {
    const directory = mkdtempSync(join(tmpdir(), 'tenantcache-prometheus-'));
    const config = join(directory, 'prometheus.yml');
    writeFileSync(
      config,
      `scrape_configs:\n  - job_name: cache\n    scrape_interval: 1s\n    scrape_timeout: 1s\n    static_configs:\n      - targets: ['${target}']\n`,
    );
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      'prometheus',
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(directory, 'data')}`,
        `--web.listen-address=${address}`,
        '--enable-feature=exemplar-storage',
      ],
      { stdio: 'ignore' },
    );
    const failed = once(child, 'error').then(([error]) => {
      throw isMissing(error) ? new Error(`prometheus ${MISSING}`) : error;
    });
    failed.catch(() => {});
    const started = new PrometheusProcess(child, `http://${address}`, directory);
    const ready = () =>
      fetch(`${started.url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    try {
      await Promise.race([until(ready), failed]);
    } catch (error) {
      await started.stop();
      throw error;
    }
    return started;
  }

  /** The `data` of an answer of its API. */
  async ask<T>(path: string, query: Readonly<Record<string, string>> = {}): Promise<T> {
    const response = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(query)}`);
    const { data } = (await response.json()) as { data: T };
    return data;
  }

  async stop(): Promise<void> {
    if (this.#child.pid !== undefined && this.#child.exitCode === null) {
      const exit = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await exit;
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

function isMissing(error: Error): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
