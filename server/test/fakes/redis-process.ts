import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** A redis-server of the test's own, to kill, stop and start again on the same port. */
export class RedisProcess {
  #child: ChildProcess | undefined;
  #paused = false;

  /** @param port a free one */
  constructor(readonly port: number) {}

  /** On a free port; nothing listens there until `start`. */
  static async reserve(): Promise<RedisProcess> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    await once(server, 'close');
    return new RedisProcess(port);
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Resolves when it answers. `options` are arguments of redis-server. */
  async start(...options: string[]): Promise<void> {
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...options];
    const child = spawn('redis-server', args, { stdio: 'ignore' });
    this.#child = child;
    this.#paused = false;
    const client = this.client();
    try {
      for (;;) {
        if (child.exitCode !== null) throw new Error(`redis-server ended with code ${child.exitCode}`);
        const answer = await client.ping().catch(() => undefined);
        if (answer) return;
        await delay(10);
      }
    } finally {
      client.disconnect();
    }
  }

  /** A connection for the test itself. */
  client(): Redis {
    const client = new Redis(this.url, { maxRetriesPerRequest: 0, retryStrategy: () => 10 });
    client.on('error', () => {});
    return client;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Whether it runs and is not paused. */
  get answers(): boolean {
    return this.isRunning && !this.#paused;
  }

  pause(): void {
    this.#paused = true;
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#paused = false;
    this.#child?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
}

/** Awaits a condition instead of a time: the limit only ends a test that hangs. */
export async function until(condition: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`not within ${withinMs} ms: ${condition}`);
    await delay(10);
  }
}
