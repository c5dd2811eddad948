import { ServerResponse } from 'node:http';
import type { Request, Response } from 'express';

/** Takes an answer that goes to nobody: heads and states are a real response's, bytes are dropped. */
class ShadowResponse extends ServerResponse {
  override write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
    if (!this.headersSent) this.writeHead(this.statusCode);
    const done = [encoding, callback].find((arg) => typeof arg === 'function') as (() => void) | undefined;
    if (done) process.nextTick(done);
    return chunk !== undefined;
  }

  override end(...args: unknown[]): this {
    if (this.finished) return this;
    if (!this.headersSent) this.writeHead(this.statusCode);
    const done = args.find((arg) => typeof arg === 'function') as (() => void) | undefined;
    if (done) this.once('finish', done);
    this.finished = true;
    process.nextTick(() => {
      this.emit('finish');
      this.#close();
    });
    return this;
  }

  override flushHeaders(): void {
    if (!this.headersSent) this.writeHead(this.statusCode);
  }

  override destroy(error?: Error): this {
    if (error && this.listenerCount('error') > 0) this.emit('error', error);
    process.nextTick(() => this.#close());
    return this;
  }

  override writeContinue(): void {}
  override writeProcessing(): void {}
  override writeEarlyHints(_hints: unknown, callback?: () => void): void {
    if (callback) process.nextTick(callback);
  }

  #closed = false;

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.destroyed = true;
    this.emit('close');
  }
}

const METHODS = [
  ...['setHeader', 'setHeaders', 'appendHeader', 'getHeader', 'getHeaders', 'getHeaderNames', 'getRawHeaderNames'],
  ...['hasHeader', 'removeHeader', 'writeHead', 'write', 'end', 'flushHeaders', 'addTrailers', 'destroy'],
  ...['writeContinue', 'writeProcessing', 'writeEarlyHints', 'cork', 'uncork', 'setTimeout', '_implicitHeader'],
  ...['on', 'once', 'off', 'addListener', 'prependListener', 'prependOnceListener', 'removeListener'],
  ...['removeAllListeners', 'emit', 'listeners', 'rawListeners', 'listenerCount', 'eventNames'],
] as const;
const STATES = [
  ...['statusCode', 'statusMessage', 'headersSent', 'finished', 'writableEnded', 'writableFinished', 'destroyed'],
  ...['closed', 'errored', 'writable', 'socket', 'connection', 'sendDate', '_header', '_headerSent'],
  ...['writableLength', 'writableNeedDrain', 'writableCorked', 'outputSize'],
] as const;

/**
 * Makes a response whose answer has gone out serve a second run of its handler: the same object, for the handler holds it,
 * with the methods, states and events of one that writes to nobody. `before`: the fields it had when it came here.
 */
export function castShadow(req: Request, res: Response): void {
  const shadow = new ShadowResponse(req) as unknown as Record<string, unknown>;
  const target = res as unknown as object;
  for (const name of METHODS) {
    const method = shadow[name];
    if (typeof method !== 'function') continue;
    Object.defineProperty(target, name, { value: method.bind(shadow), configurable: true, writable: true });
  }
  for (const name of STATES) {
    Object.defineProperty(target, name, {
      get: () => shadow[name],
      set: (value: unknown) => {
        shadow[name] = value;
      },
      configurable: true,
    });
  }
  // Express' last handler destroys the connection of an answer that failed half-way: by now it is another request's.
  const { socket } = req;
  const destroyShadow = () => {
    (shadow as unknown as ShadowResponse).destroy();
    return socket;
  };
  const ends = { value: destroyShadow, configurable: true };
  const proxy = Object.create(socket, { destroy: ends, destroySoon: ends, end: ends });
  Object.defineProperty(req, 'socket', { value: proxy, configurable: true, writable: true });
}
