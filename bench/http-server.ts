import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { APPS, AUTHORIZED, MIXED } from './http-apps.js';
import { RUN } from './workload.js';

export const MIXED_NAME = 'mixed';
export const AUTHORIZED_NAME = 'tenantcache: middleware and a decision';

/** What a child tells of itself when it is asked. */
export interface ServerState {
  readonly rssBytes: number;
  /** Processor time so far. */
  readonly cpuMs: number;
  readonly times: { readonly get: number[]; readonly set: number[] };
}

/** In a child: listens with the app that its parent named, and answers what it asks. */
export async function serve(name: string): Promise<void> {
  const make = { ...APPS, [MIXED_NAME]: MIXED, [AUTHORIZED_NAME]: AUTHORIZED }[name];
  if (!make) throw new Error(`no app is called ${name}`);
  const { app, times, close } = await make();
  app.disable('x-powered-by');
  const server = app.listen(0, '127.0.0.1', 16_384);
  // Connections of users who pause are not to be cut.
  server.keepAliveTimeout = 120_000;
  await once(server, 'listening');
  process.on('message', async (message) => {
    if (message === 'state') {
      const { user, system } = process.cpuUsage();
      process.send?.({
        rssBytes: process.memoryUsage.rss(),
        cpuMs: (user + system) / 1_000,
        times: times?.() ?? { get: [], set: [] },
      } satisfies ServerState);
      return;
    }
    server.closeAllConnections();
    await close();
    process.exit(0);
  });
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : 0);
}

/** A server in a process of its own. */
export class HttpServer {
  constructor(
    readonly name: string,
    readonly port: number,
    readonly child: ChildProcess,
  ) {}

  static async start(name: string): Promise<HttpServer> {
    const env = { ...process.env, BENCH_SERVE: name, BENCH_RUN: RUN };
    const child = fork(process.argv[1] as string, [], { env });
    const [port] = (await once(child, 'message')) as [number];
    return new HttpServer(name, port, child);
  }

  async state(): Promise<ServerState> {
    const answer = once(this.child, 'message');
    this.child.send('state');
    return ((await answer) as [ServerState])[0];
  }

  async stop(): Promise<void> {
    const exit = once(this.child, 'exit');
    this.child.send('stop');
    await exit;
  }
}
