import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { answerControl, CONTROL_PATH } from './control-route.js';
import { ExchangeProblem, spotEndpoints } from './endpoints.js';
import { ExchangeControl } from './exchange-faults.js';
import { mix } from './random-walk.js';
import { WeightLimit } from './weight-limit.js';

export interface ExchangeOptions {
  /** Decides every price. Default 2026. */
  seed?: number;
  /** Answers take a time between these two. Default 20 to 60 ms. */
  latencyMs?: readonly [least: number, most: number];
  /** Weight that one address may use in a minute before 429. Default 6,000, as on Binance. */
  weightPerMinute?: number;
  nowMs?: () => number;
}

/** A server with the switches that change how it behaves from the next request on. */
export type ExchangeServer = Server & { readonly control: ExchangeControl };

interface ExchangeAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

/** An exchange that speaks Binance's public spot REST interface. It holds no state but the weight of the minute. */
export function createExchangeServer(options: ExchangeOptions = {}): ExchangeServer {
  const { seed = 2026, latencyMs = [20, 60], weightPerMinute = 6_000, nowMs = Date.now } = options;
  const control = new ExchangeControl(latencyMs, weightPerMinute);
  const endpoints = spotEndpoints(seed, () => control.weightPerMinute);
  const limit = new WeightLimit(() => control.weightPerMinute, nowMs);
  let asked = 0;

  function answer(url: URL, address: string): ExchangeAnswer {
    const endpoint = endpoints.get(url.pathname);
    if (!endpoint) return { status: 404, headers: {}, body: { code: -1000, msg: 'Path not found.' } };
    const headers: Record<string, string> = {};
    try {
      const { usedWeight, retryAfterSeconds } = limit.take(address, endpoint.weight(url.searchParams));
      headers['x-mbx-used-weight'] = headers['x-mbx-used-weight-1m'] = String(usedWeight);
      if (retryAfterSeconds !== undefined) {
        headers['retry-after'] = String(retryAfterSeconds);
        throw new ExchangeProblem(
          -1003,
          `Too much request weight used; the limit is ${control.weightPerMinute} per minute.`,
          429,
        );
      }
      return { status: 200, headers, body: endpoint.answer(url.searchParams, nowMs()) };
    } catch (error) {
      if (!(error instanceof ExchangeProblem)) throw error;
      return { status: error.status, headers, body: { code: error.code, msg: error.message } };
    }
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = request.url ?? '/';
    const url = new URL(URL.canParse(target, 'http://exchange') ? target : '/', 'http://exchange');
    if (url.pathname === CONTROL_PATH) return answerControl(control, request, response);
    control.noteRequest(url.pathname, url.searchParams.get('symbol'));
    const fault = control.faultOf(url.pathname);
    // Whoever asks gives up by itself.
    if (fault === 'hang') return;
    const [least, most] = control.latencyMs;
    const latencyMs = least + (mix(seed ^ ++asked) / 2 ** 32) * (most - least);
    if (latencyMs > 0) await delay(latencyMs);
    if (fault === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    if (fault === 'error') {
      response.writeHead(503, { 'content-type': 'text/html' }).end('<html><body>Service Unavailable</body></html>');
      return;
    }
    if (request.method !== 'GET') {
      response.writeHead(405, { allow: 'GET' }).end();
      return;
    }
    const { status, headers, body } = answer(url, request.socket.remoteAddress ?? '');
    response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8', ...headers });
    response.end(JSON.stringify(body));
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  return Object.assign(server, { control });
}
