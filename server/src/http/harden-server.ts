import type { Server, ServerResponse } from 'node:http';
import { assertOptionNames, invalidOption } from '../core/options.js';

export interface HardenOptions {
  /** Milliseconds for a request's header. Default 10,000. */
  headersTimeoutMs?: number;
  /** Milliseconds for a whole request, its body too. Default 30,000. */
  requestTimeoutMs?: number;
  /** Milliseconds that an idle connection is kept: more than the balancer in front keeps its own. Default 65,000. */
  keepAliveTimeoutMs?: number;
  /** Milliseconds without a byte in either direction, also while an answer is being made. Default 120,000. */
  idleTimeoutMs?: number;
  /** Bytes of a request's line and header together, and so of its URL: 431 above. Default 16,384. */
  maxHeaderBytes?: number;
  /** Fields of a request's header. Default 100. */
  maxHeaders?: number;
  /** Requests of one connection before it is closed, so that balancers spread anew. Default 10,000. */
  maxRequestsPerSocket?: number;
  /** Connections at a time; more are closed as they come. Default 20,000. */
  maxConnections?: number;
}

const DEFAULTS: Required<HardenOptions> = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 65_000,
  idleTimeoutMs: 120_000,
  maxHeaderBytes: 16_384,
  maxHeaders: 100,
  maxRequestsPerSocket: 10_000,
  maxConnections: 20_000,
};

const underWay = new WeakMap<Server, Set<ServerResponse>>();

/**
 * Limits what one client may hold of a server: before it listens, or at once after. Node's own defaults give a request
 * 300 s, and look every 30 s whether they are over.
 * @throws TenantCacheError `OPTION_INVALID`
 */
export function hardenServer<S extends Server>(server: S, options: HardenOptions = {}): S {
  assertOptionNames('hardenServer()', options, Object.keys(DEFAULTS));
  const limits = { ...DEFAULTS, ...options };
  for (const [name, value] of Object.entries(limits)) {
    if (Number.isSafeInteger(value) && value >= 1 && value < 2 ** 31) continue;
    throw invalidOption('hardenServer()', `${name}: ${String(value)}`, 'a whole number from 1 to 2147483647');
  }
  server.headersTimeout = Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs);
  server.requestTimeout = limits.requestTimeoutMs;
  server.keepAliveTimeout = limits.keepAliveTimeoutMs;
  server.setTimeout(limits.idleTimeoutMs);
  server.maxHeadersCount = limits.maxHeaders;
  server.maxRequestsPerSocket = limits.maxRequestsPerSocket;
  server.maxConnections = limits.maxConnections;
  // Node takes these two from the options of createServer, which are read as properties: the one as the server begins
  // to listen, the other with each connection. Attack 35 holds it to that.
  Object.assign(server, {
    connectionsCheckingInterval: Math.max(100, Math.min(1_000, server.headersTimeout / 2)),
    maxHeaderSize: limits.maxHeaderBytes,
  });
  responsesOf(server);
  return server;
}

/** The answers that are being made, from the first call on. */
export function responsesOf(server: Server): ReadonlySet<ServerResponse> {
  const known = underWay.get(server);
  if (known) return known;
  const responses = new Set<ServerResponse>();
  underWay.set(server, responses);
  server.prependListener('request', (_request, response: ServerResponse) => {
    responses.add(response);
    response.once('close', () => responses.delete(response));
  });
  return responses;
}
