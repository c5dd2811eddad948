import { createServer, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ExchangeProblem, spotEndpoints } from './endpoints.js';
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

/** An exchange that speaks Binance's public spot REST interface. It holds no state but the weight of the minute. */
export function createExchangeServer(options: ExchangeOptions = {}): Server {
  const { seed = 2026, latencyMs: [least, most] = [20, 60], weightPerMinute = 6_000, nowMs = Date.now } = options;
  const endpoints = spotEndpoints(seed, weightPerMinute);
  const limit = new WeightLimit(weightPerMinute, nowMs);
  let asked = 0;

  function answer(url: URL, address: string): { status: number; headers: Record<string, string>; body: unknown } {
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
          `Too much request weight used; the limit is ${weightPerMinute} per minute.`,
          429,
        );
      }
      return { status: 200, headers, body: endpoint.answer(url.searchParams, nowMs()) };
    } catch (error) {
      if (!(error instanceof ExchangeProblem)) throw error;
      return { status: error.status, headers, body: { code: error.code, msg: error.message } };
    }
  }

  return createServer(async (request, response) => {
    const latencyMs = least + (mix(seed ^ ++asked) / 2 ** 32) * (most - least);
    if (latencyMs > 0) await delay(latencyMs);
    if (request.method !== 'GET') {
      response.writeHead(405, { allow: 'GET' }).end();
      return;
    }
    const target = request.url ?? '/';
    const url = new URL(URL.canParse(target, 'http://exchange') ? target : '/', 'http://exchange');
    const { status, headers, body } = answer(url, request.socket.remoteAddress ?? '');
    response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8', ...headers });
    response.end(JSON.stringify(body));
  });
}
