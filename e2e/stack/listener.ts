import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Message {
  signature: string;
  /** As it came, which is what was signed. */
  raw: string;
  json: { id: string; type: string; tenantId: string | null; alert: { id: string; threshold: number } | null };
}

/** A receiver of webhooks on this machine, that takes every message. */
export class Listener {
  readonly messages: Message[] = [];
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString();
      const signature = String(request.headers['tenantcache-signature']);
      this.messages.push({ signature, raw, json: JSON.parse(raw) as Message['json'] });
      response.writeHead(204).end();
    });
  });

  /** @returns the URL that messages go to */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hooks/cache`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
