import type { ServerResponse } from 'node:http';
import { byteLength, sayLength } from './answer-length.js';

type End = (...args: unknown[]) => ServerResponse;

/**
 * Lets an answer leave only after what `before` returns, a promise that must not reject; undefined: at once. Meanwhile
 * the response is to its handler what one of Node is after `end()`: its head is written, and more is not taken.
 * `sending`: what `end` was given, before the head is written.
 */
export function endLater(
  res: ServerResponse,
  before: (sending: unknown) => Promise<void> | undefined,
  failed: (error: unknown) => void = () => {},
): void {
  const end = res.end as End;
  let ended = false;
  let left = false;
  res.end = function endOnce(...args: unknown[]): ServerResponse {
    if (left) return end.apply(res, args);
    if (ended) return ignored(res, args);
    const [chunk] = args;
    // Node throws for what cannot be sent, and its answer has not ended then.
    if (!isSendable(chunk)) return end.apply(res, args);
    const waiting = before(chunk);
    if (waiting === undefined) {
      left = true;
      return end.apply(res, args);
    }
    writeHeadFor(res, chunk, args[1]);
    ended = true;
    const release = holdBack(res);
    waiting
      .then(() => {
        left = true;
        release(() => end.apply(res, args));
      })
      .catch((error) => {
        failed(error);
        res.destroy();
      });
    return res;
  } as typeof res.end;
}

function writeHeadFor(res: ServerResponse, chunk: unknown, encoding: unknown): void {
  if (res.headersSent) return;
  sayLength(res, byteLength(chunk, encoding));
  res.writeHead(res.statusCode);
}

/** Gives back what lets the answer go, and then does what was asked of its connection meanwhile. */
function holdBack(res: ServerResponse): (go: () => void) => void {
  const own = Object.getOwnPropertyDescriptor(res, 'write');
  res.write = function write(_chunk: unknown, ...rest: unknown[]): boolean {
    const done = rest.find((arg) => typeof arg === 'function') as ((error: Error) => void) | undefined;
    if (done)
      process.nextTick(done, Object.assign(new Error('write after end'), { code: 'ERR_STREAM_WRITE_AFTER_END' }));
    return false;
  } as typeof res.write;
  Object.defineProperty(res, 'writableEnded', { value: true, configurable: true });
  // Express destroys the connection where a handler throws after its answer: by then that answer was sent.
  const { req } = res;
  const socket = req?.socket;
  let destroyed = false;
  const destroy = () => {
    destroyed = true;
    return socket;
  };
  if (socket) {
    const value = Object.create(socket, { destroy: { value: destroy, configurable: true } });
    Object.defineProperty(req, 'socket', { value, configurable: true, writable: true, enumerable: true });
  }
  return (go) => {
    if (own) Object.defineProperty(res, 'write', own);
    else delete (res as { write?: unknown }).write;
    delete (res as { writableEnded?: boolean }).writableEnded;
    if (socket) req.socket = socket;
    go();
    if (destroyed) req.socket.destroy();
  };
}

function ignored(res: ServerResponse, args: readonly unknown[]): ServerResponse {
  const done = args.find((arg) => typeof arg === 'function') as (() => void) | undefined;
  if (done) res.once('finish', done);
  return res;
}

function isSendable(chunk: unknown): boolean {
  return (
    chunk === undefined ||
    chunk === null ||
    typeof chunk === 'string' ||
    typeof chunk === 'function' ||
    chunk instanceof Uint8Array
  );
}
