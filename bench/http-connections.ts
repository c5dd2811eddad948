import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** One connection that stays, over which one request after the other is asked. */
export class Connection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #answered: ((status: number) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (data) => this.#take(data));
    socket.on('close', () => this.#settle(0));
    socket.on('error', () => this.#settle(0));
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new Connection(socket);
  }

  /** The status of the whole answer; 0 where the connection failed. */
  ask(head: Buffer): Promise<number> {
    return new Promise((resolve) => {
      this.#answered = resolve;
      if (this.#socket.writable) this.#socket.write(head);
      else this.#settle(0);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(data: Buffer): void {
    this.#received = this.#received.length === 0 ? data : Buffer.concat([this.#received, data]);
    const end = this.#received.indexOf(END_OF_HEAD);
    if (end === -1) return;
    const head = this.#received.toString('latin1', 0, end);
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
    if (this.#received.length < end + END_OF_HEAD.length + length) return;
    this.#received = Buffer.alloc(0);
    this.#settle(Number(head.slice(9, 12)));
  }

  #settle(status: number): void {
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.(status);
  }
}

/** A request as it goes over the wire. */
export function requestHead(token: string): Buffer {
  return Buffer.from(`GET /answer HTTP/1.1\r\nHost: bench.example\r\nAuthorization: Bearer ${token}\r\n\r\n`);
}

/** How long each of `count` requests took that followed one another, in milliseconds. */
export async function oneAtATime(port: number, head: Buffer, count: number): Promise<number[]> {
  const connection = await Connection.open(port);
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const startedMs = performance.now();
    const status = await connection.ask(head);
    times.push(performance.now() - startedMs);
    if (status !== 200) throw new Error(`answered ${status}`);
  }
  connection.close();
  return times;
}

export interface UsersReport {
  /** From when a request was due, so that a server that stalls is not spared what it kept waiting. */
  readonly timesMs: readonly number[];
  readonly failed: number;
}

/** Users who keep their connections and ask now and then: `perSecond` requests in all, each user in turn. */
export async function users(
  port: number,
  count: number,
  heads: readonly Buffer[],
  perSecond: number,
  forMs: number,
): Promise<UsersReport> {
  const connections: Connection[] = [];
  // The kernel's queue of connections that wait to be accepted is not part of what is measured.
  while (connections.length < count) {
    const some = Math.min(200, count - connections.length);
    connections.push(...(await Promise.all(Array.from({ length: some }, () => Connection.open(port)))));
  }
  const timesMs: number[] = [];
  const idle = [...connections];
  let failed = 0;
  let begun = 0;
  let ended = 0;
  const waiting: number[] = [];
  const startedMs = performance.now();
  const ask = async (connection: Connection, dueMs: number, head: Buffer) => {
    const status = await connection.ask(head);
    timesMs.push(performance.now() - dueMs);
    if (status !== 200) failed++;
    ended++;
    idle.push(connection);
  };
  for (;;) {
    const elapsedMs = performance.now() - startedMs;
    const due = Math.floor((Math.min(elapsedMs, forMs) / 1_000) * perSecond);
    while (begun + waiting.length < due) waiting.push(startedMs + ((begun + waiting.length) / perSecond) * 1_000);
    for (let next = idle.shift(); next; next = idle.shift()) {
      const dueMs = waiting.shift();
      if (dueMs === undefined) {
        idle.unshift(next);
        break;
      }
      void ask(next, dueMs, heads[begun % heads.length] as Buffer);
      begun++;
    }
    if (elapsedMs >= forMs && waiting.length === 0 && ended === begun) break;
    // A stalled server would keep this waiting for ever.
    if (elapsedMs > forMs + 30_000) {
      failed += begun - ended + waiting.length;
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  for (const connection of connections) connection.close();
  return { timesMs, failed };
}

/** One answer to each request, over a few connections. */
export async function oneOfEach(port: number, heads: readonly Buffer[]): Promise<void> {
  const left = [...heads];
  const asking = Array.from({ length: 16 }, async () => {
    const connection = await Connection.open(port);
    for (let head = left.pop(); head; head = left.pop()) await connection.ask(head);
    connection.close();
  });
  await Promise.all(asking);
}
