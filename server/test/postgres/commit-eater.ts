import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Between a sink and Postgres: lets the next COMMIT through and resets its connection in place of the answer. */
export class CommitEater {
  readonly #server: Server;
  readonly #sockets: Socket[] = [];
  armed = false;
  eaten = 0;

  constructor(target: URL) {
    this.#server = createServer((near) => {
      const far = connect(Number(target.port), target.hostname);
      this.#sockets.push(near, far);
      let committing = false;
      near.on('data', (bytes) => {
        committing ||= this.armed && bytes.includes('COMMIT');
        far.write(bytes);
      });
      far.on('data', (bytes) => {
        if (!committing) return near.write(bytes);
        this.armed = false;
        this.eaten += 1;
        near.resetAndDestroy();
        far.destroy();
      });
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroy());
      }
    });
  }

  async open(url: string): Promise<string> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    const through = new URL(url);
    through.host = `127.0.0.1:${(this.#server.address() as { port: number }).port}`;
    return through.href;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
