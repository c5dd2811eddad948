import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * `cut` resets what stands and lets new connections pass; `refuse` resets new ones as well; `stall` keeps all open and
 * silent; `lose-answer` lets the next request through and resets its connection in place of the answer.
 */
export type Fault = 'pass' | 'cut' | 'refuse' | 'stall' | 'lose-answer';

interface Link {
  readonly near: Socket;
  readonly far: Socket;
  /** What the client has sent until it was recognised. */
  opening: string;
  named: boolean;
  readonly held: (() => void)[];
}

/** Stands between a client and a server and breaks the connections of one name, as networks do. */
export class TcpFaultProxy {
  readonly #server: Server;
  readonly #links = new Set<Link>();
  readonly #target: { host: string; port: number };
  readonly #name: string;
  #fault: Fault = 'pass';
  /** How much later everything arrives, in milliseconds, on the connections of the name. */
  delayMs = 0;

  /** @param name a text among the first that a connection sends (Redis: `CLIENT SETNAME`); '' names all connections */
  private constructor(target: string, name: string) {
    const { hostname, port } = new URL(target);
    this.#target = { host: hostname, port: Number(port) };
    this.#name = name;
    this.#server = createServer((near) => this.#accept(near));
  }

  static async open(target: string, name = ''): Promise<TcpFaultProxy> {
    const proxy = new TcpFaultProxy(target, name);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** Connections of the name that stand. */
  get standing(): number {
    return [...this.#links].filter((link) => link.named && !link.far.destroyed).length;
  }

  set(fault: Fault): void {
    this.#fault = fault === 'cut' ? 'pass' : fault;
    for (const link of this.#links) {
      if (!link.named) continue;
      if (fault === 'cut' || fault === 'refuse') this.#break(link);
      if (fault === 'pass') for (const send of link.held.splice(0)) send();
    }
  }

  async close(): Promise<void> {
    for (const link of this.#links) this.#break(link);
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(near: Socket): void {
    const far = connect(this.#target);
    const link: Link = { near, far, opening: '', named: this.#name === '', held: [] };
    this.#links.add(link);
    near.setNoDelay(true);
    far.setNoDelay(true);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('error', () => this.#break(link));
      from.on('close', () => this.#break(link));
      from.on('data', (chunk) => this.#forward(link, to, chunk, from === near));
    } // prettier-ignore
    if (link.named && this.#fault === 'refuse') this.#break(link);
  }

  #forward(link: Link, to: Socket, chunk: Buffer, outgoing: boolean): void {
    if (!link.named && outgoing && link.opening.length < 4_096) {
      link.opening += chunk.toString('latin1');
      link.named = link.opening.includes(this.#name);
    }
    if (link.named && this.#fault === 'refuse') {
      this.#break(link);
      return;
    }
    if (link.named && this.#fault === 'lose-answer' && !outgoing) {
      this.#fault = 'pass';
      this.#break(link);
      return;
    }
    const send = () => {
      if (!to.destroyed) to.write(chunk);
    };
    if (link.named && this.#fault === 'stall') link.held.push(send);
    else if (link.named && this.delayMs > 0) setTimeout(send, this.delayMs);
    else send();
  }

  #break(link: Link): void {
    this.#links.delete(link);
    for (const socket of [link.near, link.far]) {
      // Of a socket that shuts down already, a reset fails and leaves the handle open for ever.
      if (socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    }
  }
}
