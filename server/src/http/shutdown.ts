import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { fail } from '../core/errors.js';
import { assertOptionNames, invalidOption } from '../core/options.js';
import { assertHttpServer, responsesOf, socketsOf } from './harden-server.js';

export interface ShutdownOptions {
  /** Milliseconds that requests are still accepted, for balancers to read `/readyz`. Default 2,000. */
  unreadyMs?: number;
  /** Milliseconds after that for requests under way, before they are cut. Default 4,000; together at most 8,000. */
  patienceMs?: number;
}

export interface ShutdownDeps {
  /** From now on `/readyz` is 503. */
  markClosing(): void;
  /** Brings away what is not stored yet, and closes what was opened. */
  close(): Promise<void>;
}

/** Of the whole: what orchestrators wait at least before they kill. */
const TOTAL_MS = 9_500;
const IDLE_LOOK_MS = 20;
/** For what is cut to be gone. */
const CUT_MS = 250;
/** How long new connections may keep the listening socket open, where they do not cease. */
const BACKLOG_MS = 1_000;
/** And at least so many turns, where a busy machine leaves few to a second: as many as a usual queue is long. */
const BACKLOG_TURNS = 1_024;

/**
 * Ends a server without dropping a request: unready at once, `Connection: close` on every answer, no new connections
 * after `unreadyMs`, the rest cut after `patienceMs`, then usage and queues are brought away. Within 10 s in all.
 * @throws TenantCacheError `OPTION_INVALID`, before anything is ended
 * @returns rejects with `STORE_UNAVAILABLE` where what was counted last could not be brought away in time, and with what
 *   `close` rejects with
 */
export function shutdown(deps: ShutdownDeps, server: Server, options: ShutdownOptions = {}): Promise<void> {
  assertHttpServer('shutdown()', server);
  return end(deps, server, resolved(options));
}

async function end(deps: ShutdownDeps, server: Server, { unreadyMs, patienceMs }: Required<ShutdownOptions>) {
  const startedMs = performance.now();
  deps.markClosing();
  socketsOf(server);
  lastAnswers(server);
  if (server.listening) await delay(unreadyMs);
  await drain(server, patienceMs);
  const late = delay(Math.max(500, TOTAL_MS - (performance.now() - startedMs)), 'late', { ref: false });
  if ((await Promise.race([deps.close(), late])) === 'late') {
    throw fail('STORE_UNAVAILABLE', { given: 'closing took too long: what was counted last may be lost' });
  }
}

/** From now on each answer whose header has not left yet ends its connection, and tells the client so. */
function lastAnswers(server: Server): void {
  for (const response of responsesOf(server)) {
    if (!response.headersSent) response.setHeader('Connection', 'close');
  }
  server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'));
}

async function drain(server: Server, patienceMs: number): Promise<void> {
  const patience = new AbortController();
  const cut = delay(patienceMs, undefined, { signal: patience.signal }).then(
    () => {
      server.closeAllConnections();
      for (const socket of socketsOf(server)) socket.destroy();
    },
    () => {},
  );
  // What even then stays open was connected before anybody looked: it must not keep the rest from being stored.
  const endMs = performance.now() + patienceMs + CUT_MS;
  // Who is accepted needs some of the patience for an answer.
  await acceptBacklog(server, Math.max(Math.min(BACKLOG_MS, patienceMs), patienceMs / 2));
  // http.Server's own close() destroys connections as idle whose next request is in the kernel's buffer already.
  const closed = new Promise<void>((resolve) => {
    NetServer.prototype.close.call(server, () => resolve());
  });
  let open = true;
  const ended = closed.then(() => {
    open = false;
    patience.abort();
  });
  while (open && performance.now() < endMs) {
    // What has arrived is read first, and is no idle connection's any more.
    await turn();
    await turn();
    server.closeIdleConnections();
    await Promise.race([ended, delay(IDLE_LOOK_MS)]);
  }
  patience.abort();
  await cut;
  if (open) for (const socket of socketsOf(server)) socket.destroy();
  // Ends Node's own look at slow requests as well.
  server.close(() => {});
}

/**
 * The kernel resets what it has accepted and nobody took from it when a listening socket is closed, so that is closed
 * after a turn in which nothing came. libuv takes one connection a turn.
 */
async function acceptBacklog(server: Server, limitMs: number): Promise<void> {
  const startedMs = performance.now();
  const tookMs = () => performance.now() - startedMs;
  let came = server.listening;
  const note = () => {
    came = true;
  };
  server.on('connection', note);
  for (let turns = 0; came && (tookMs() < BACKLOG_MS || turns < BACKLOG_TURNS) && tookMs() < limitMs; turns += 2) {
    came = false;
    await turn();
    await turn();
  }
  server.off('connection', note);
}

function resolved(options: ShutdownOptions): Required<ShutdownOptions> {
  assertOptionNames('shutdown()', options, ['unreadyMs', 'patienceMs']);
  const { unreadyMs = 2_000, patienceMs = 4_000 } = options;
  for (const [name, value] of Object.entries({ unreadyMs, patienceMs })) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw invalidOption('shutdown()', `${name}: ${String(value)}`, 'whole milliseconds');
    }
  }
  if (unreadyMs + patienceMs > 8_000) {
    throw invalidOption('shutdown()', `${unreadyMs} ms + ${patienceMs} ms`, '8,000 ms in all');
  }
  return { unreadyMs, patienceMs };
}
