import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { byteLength, encodingOf, sayLength } from '../core/answer-length.js';
import { type Field, fieldsFromOutgoing } from './fields.js';
import { applyHeaders } from './written-head.js';

/** The head of an answer as the handler made it, before this layer adds its own fields. */
export interface CapturedHead {
  readonly status: number;
  readonly headers: readonly Field[];
  readonly atMs: number;
}

/** `whole`: `end()` was called and every byte is here. `cut`: the answer ended otherwise, or is not to be kept. */
export type Captured =
  | { readonly kind: 'whole'; readonly head: CapturedHead; readonly body: Buffer }
  | { readonly kind: 'cut'; readonly reason: CutReason; readonly head?: CapturedHead };

export type CutReason = 'client-gone' | 'too-large' | 'length-mismatch' | 'trailers' | 'not-stored' | 'upgrade';

/** What becomes of an answer once its head is known. */
export interface HeadDecision {
  /** Keep the body beside sending it. */
  readonly keep: boolean;
  /** Hold the answer back from the client; the caller answers something else when it has ended. */
  readonly withhold: boolean;
}

export interface CaptureHooks {
  readonly maxBodyBytes: number;
  /** Called once, while fields can still be added to the response. */
  onHead(head: CapturedHead): HeadDecision;
  /** Called once for an answer that is to be kept, with the head that went out; false: it is not, after all. */
  onSent(head: CapturedHead): boolean;
  /** Called once. */
  onEnd(captured: Captured): void;
}

type Callback = (error?: Error | null) => void;
type Methods = Pick<ServerResponse, 'writeHead' | 'write' | 'end' | 'flushHeaders' | 'addTrailers'>;
const METHODS = ['writeHead', 'write', 'end', 'flushHeaders', 'addTrailers'] as const;

/**
 * Reads along what a handler answers: bytes go on to the client as they come, and are kept beside it up to a limit. What
 * the methods below did before, those of a compression middleware included, they do still.
 */
export class Capture {
  readonly #res: ServerResponse;
  readonly #hooks: CaptureHooks;
  readonly #original: Methods;
  readonly #own: ReadonlySet<string>;
  #head: CapturedHead | undefined;
  #decision: HeadDecision = { keep: true, withhold: false };
  #chunks: Buffer[] = [];
  #bytes = 0;
  #ended = false;
  #over = false;
  #settled = false;

  constructor(res: ServerResponse, hooks: CaptureHooks) {
    this.#res = res;
    this.#hooks = hooks;
    this.#own = new Set(METHODS.filter((name) => Object.hasOwn(res, name)));
    const { writeHead, write, end, flushHeaders, addTrailers } = res;
    this.#original = { writeHead, write, end, flushHeaders, addTrailers };
    res.writeHead = this.#writeHead as typeof res.writeHead;
    res.write = this.#write as typeof res.write;
    res.end = this.#end as typeof res.end;
    res.flushHeaders = this.#flushHeaders;
    res.addTrailers = this.#addTrailers;
    res.once('close', this.#onClose);
  }

  /** Puts the response's own methods back; a withheld answer is then as if it had not begun. */
  release(): void {
    const res = this.#res as unknown as Record<string, unknown>;
    for (const name of METHODS) {
      if (this.#own.has(name)) res[name] = this.#original[name];
      else delete res[name];
    }
    delete res.headersSent;
    delete res.writableEnded;
    this.#res.removeListener('close', this.#onClose);
  }

  readonly #writeHead = (status: number, ...rest: unknown[]): ServerResponse => {
    const res = this.#res;
    if (this.#head || res.headersSent) return this.#passOn('writeHead', [status, ...rest]) as ServerResponse;
    const message = typeof rest[0] === 'string' ? rest[0] : undefined;
    const headers = message === undefined ? rest[0] : rest[1];
    res.statusCode = status;
    if (message !== undefined) res.statusMessage = message;
    applyHeaders(res, headers as OutgoingHttpHeaders | readonly unknown[] | undefined);
    const head = { status: res.statusCode, headers: fieldsFromOutgoing(res.getHeaders()), atMs: Date.now() };
    this.#head = head;
    this.#decision = this.#hooks.onHead(head);
    if (this.#decision.withhold) {
      Object.defineProperty(res, 'headersSent', { value: true, configurable: true });
      return res;
    }
    this.#passOn('writeHead', message === undefined ? [status] : [status, message]);
    if (this.#decision.keep) {
      const sent = { status: res.statusCode, headers: fieldsFromOutgoing(res.getHeaders()), atMs: head.atMs };
      if (!this.#hooks.onSent(sent)) this.#decision = { keep: false, withhold: false };
    }
    return res;
  };

  readonly #write = (chunk: unknown, encoding?: unknown, callback?: unknown): boolean => {
    this.#begin();
    this.#keep(chunk, encoding);
    if (!this.#decision.withhold) {
      const flows = this.#passOn('write', [chunk, encoding, callback]) as boolean;
      // Others wait for what is kept: a client that reads slowly must not hold its handler back. It is in memory anyway.
      return flows || (this.#decision.keep && !this.#over && !this.#ended);
    }
    const done = (typeof encoding === 'function' ? encoding : callback) as Callback | undefined;
    if (done) process.nextTick(done);
    return true;
  };

  readonly #end = (chunk?: unknown, encoding?: unknown, callback?: unknown): ServerResponse => {
    const args = [chunk, encoding, callback];
    if (this.#ended && !this.#decision.withhold) return this.#passOn('end', args) as ServerResponse;
    const done = args.find((arg) => typeof arg === 'function') as Callback | undefined;
    if (this.#ended) {
      if (done) this.#res.once('finish', done);
      return this.#res;
    }
    const last = typeof chunk === 'function' ? undefined : chunk;
    this.#begin(last === undefined || last === null ? 0 : byteLength(last, encoding));
    if (last !== undefined && last !== null) this.#keep(last, encoding);
    this.#ended = true;
    const captured = this.#whole();
    if (!this.#decision.withhold) {
      this.#passOn('end', args);
      this.#settle(captured);
      return this.#res;
    }
    if (done) this.#res.once('finish', done);
    Object.defineProperty(this.#res, 'writableEnded', { value: true, configurable: true });
    this.#settle(captured);
    return this.#res;
  };

  readonly #flushHeaders = (): void => {
    this.#begin();
    if (!this.#decision.withhold) this.#passOn('flushHeaders', []);
  };

  readonly #addTrailers = (trailers: never): void => {
    this.#over = true;
    this.#chunks = [];
    if (!this.#ended && !this.#settled) this.#settle(this.#cut('trailers'));
    if (!this.#decision.withhold) this.#passOn('addTrailers', [trailers]);
  };

  readonly #onClose = (): void => {
    if (!this.#ended) this.#settle(this.#cut('client-gone'));
  };

  /** The head goes out before the first byte. Node would say the length of an answer in one piece itself; so do we. */
  #begin(onlyPieceBytes?: number): void {
    const res = this.#res;
    if (this.#head || res.headersSent) return;
    if (onlyPieceBytes !== undefined) sayLength(res, onlyPieceBytes);
    res.writeHead(res.statusCode);
  }

  #keep(chunk: unknown, encoding: unknown): void {
    if (!this.#decision.keep || this.#over || this.#ended) return;
    const bytes = byteLength(chunk, encoding);
    this.#bytes += bytes;
    if (this.#bytes > this.#hooks.maxBodyBytes) {
      this.#over = true;
      this.#chunks = [];
      this.#settle(this.#cut('too-large'));
      return;
    }
    // A copy: the handler may use its buffer again once it is written.
    this.#chunks.push(
      typeof chunk === 'string' ? Buffer.from(chunk, encodingOf(encoding)) : Buffer.from(chunk as Uint8Array),
    );
  }

  #whole(): Captured {
    const head = this.#head;
    if (head === undefined || !this.#decision.keep || this.#over) return this.#cut('not-stored');
    const stated = head.headers.find(([name]) => name === 'content-length')?.[1];
    const bodiless = this.#res.req?.method === 'HEAD' || head.status === 304 || head.status === 204;
    if (stated !== undefined && !bodiless && Number(stated) !== this.#bytes) return this.#cut('length-mismatch');
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks, this.#bytes);
    this.#chunks = [];
    return { kind: 'whole', head, body };
  }

  #cut(reason: CutReason): Captured {
    return { kind: 'cut', reason, ...(this.#head && { head: this.#head }) };
  }

  #settle(captured: Captured): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#hooks.onEnd(captured);
  }

  #passOn(name: keyof Methods, args: readonly unknown[]): unknown {
    const given = args.filter((arg, at) => arg !== undefined || at === 0);
    return (this.#original[name] as (...args: unknown[]) => unknown).apply(this.#res, given);
  }
}
