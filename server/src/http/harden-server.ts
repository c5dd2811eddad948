import type { Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
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
const connected = new WeakMap<Server, Set<Socket>>();

/**
 * Limits what one client may hold of a server of node:http or node:https: before it listens, or at once after. Node's own defaults give a request
 * 300 s, and look every 30 s whether they are over.
 * @throws TenantCacheError `OPTION_INVALID`
 */
export function hardenServer<S extends Server>(server: S, options: HardenOptions = {}): S {
  assertHttpServer('hardenServer()', server);
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
  socketsOf(server);
  return server;
}

/** An Express app is a function and no server, though it listens. @throws TenantCacheError `OPTION_INVALID` */
export function assertHttpServer(where: string, server: unknown): asserts server is Server {
  if (server instanceof NetServer && 'closeIdleConnections' in server) return;
  const given = typeof server === 'function' ? 'a function, such as an Express app' : `server: ${typeof server}`;
  const todo = 'pass the server that app.listen() returned, or createServer(app) of node:http';
  throw invalidOption(where, given, 'a server of node:http or node:https', todo);
}

/**
 * The sockets under its connections, from the first call on: also of those that were upgraded, and of TLS handshakes that
 * were never finished, which `closeAllConnections` does not know.
 */
export function socketsOf(server: Server): ReadonlySet<Socket> {
  const known = connected.get(server);
  if (known) return known;
  const sockets = new Set<Socket>();
  connected.set(server, sockets);
  server.prependListener('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
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
