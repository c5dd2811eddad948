import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A page of somebody else's: another origin on the same host, so that not even SameSite keeps the cookies from it. */
export class ForeignSite {
  private constructor(
    readonly url: string,
    private readonly server: Server,
  ) {}

  /** @param html by path */
  static async open(html: Readonly<Record<string, string>>): Promise<ForeignSite> {
    const server = createServer((request, response) => {
      const body = html[request.url ?? ''];
      response.writeHead(body === undefined ? 404 : 200, { 'Content-Type': 'text/html; charset=utf-8' }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ForeignSite(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
