import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';

/** Of one connection (RFC 9110, 7.6.1), with what `Connection` names. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** An app that forwards everything to one origin by plain HTTP, behind the layers given. @param originPort on 127.0.0.1 */
export function reverseProxy(originPort: number, ...layers: RequestHandler[]): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  for (const layer of layers) app.use(layer);
  app.use((req, res) => forward(originPort, req, res));
  return app;
}

const agent = new Agent({ keepAlive: false });

function forward(port: number, req: Request, res: Response): void {
  const { method, originalUrl: path } = req;
  const asked = request({ host: '127.0.0.1', port, method, path, agent, headers: requestHeaders(req) });
  asked.on('information', ({ statusCode, headers }) => {
    if (statusCode === 102) res.writeProcessing();
    if (statusCode === 103) res.writeEarlyHints(headers as Record<string, string | string[]>);
  });
  let answered = false;
  asked.on('response', (answer) => {
    answered = true;
    res.statusCode = answer.statusCode ?? 502;
    res.statusMessage = answer.statusMessage ?? '';
    for (const [name, values] of responseHeaders(answer)) res.setHeader(name, values);
    // An answer that is cut here must be cut there: its end would say that it is whole.
    answer.on('error', () => res.destroy());
    answer.pipe(res);
  });
  // After the answer has begun, its own events say how it ends: bytes beyond its length are no part of it.
  asked.on('error', () => {
    if (!answered && !res.destroyed) res.status(502).end();
  });
  res.on('close', () => {
    if (!res.writableFinished) asked.destroy();
  });
  req.pipe(asked);
}

function requestHeaders(req: Request): OutgoingHttpHeaders {
  const named = (req.headers.connection ?? '').toLowerCase().split(',');
  const hop = new Set([...HOP_BY_HOP, ...named.map((name) => name.trim())]);
  return Object.fromEntries(Object.entries(req.headers).filter(([name]) => !hop.has(name)));
}

function responseHeaders(answer: IncomingMessage): Map<string, string[]> {
  const named = (answer.headers.connection ?? '').toLowerCase().split(',');
  const hop = new Set([...HOP_BY_HOP, ...named.map((name) => name.trim())]);
  const headers = new Map<string, string[]>();
  for (let at = 0; at + 1 < answer.rawHeaders.length; at += 2) {
    const [name, value] = [answer.rawHeaders[at] as string, answer.rawHeaders[at + 1] as string];
    if (hop.has(name.toLowerCase())) continue;
    headers.set(name, [...(headers.get(name) ?? []), value]);
  }
  return headers;
}
