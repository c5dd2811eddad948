import { setTimeout as delay } from 'node:timers/promises';
import { fail } from '../core/errors.js';
import { NO_VALUE } from '../core/no-value.js';
import type { Exchange } from './exchange.js';
import { HandlerFailed } from './failed-answers.js';
import { type HandlerAnswer, handlerAnswer } from './handler-answer.js';
import { conditionFields } from './judge-request.js';
import { askOption, OptionFailed } from './option-failed.js';
import { setFields } from './replay.js';
import { castShadow } from './shadow-response.js';
import type { LoadContext, NotKept, StoredResponse } from './stored-response.js';

/** How long a stale answer is given to reach its client before the handler may run on its response again. */
const FLUSH_MS = 2_000;
/** As long as an entry is kept, the cache gives it back: whether it may be used is judged here. */
const AS_KEPT = '3650d';

/** Told to those who wait for a run of a handler that cannot run again, in place of overwriting what is stored. */
export class AskedAlready extends Error {
  override readonly name = 'AskedAlready';
}

/** What to do where the store has the handler asked although there was an answer. */
export type StaleUse = 'foreground' | 'background' | 'leave';

/**
 * The answer under one key, or one run of this request's handler for all who ask for it, in all processes. The store
 * gives a stale answer back at once and renews it meanwhile; what that renewal does is decided once the answer is judged.
 */
export class StoredLoad {
  readonly #exchange: Exchange;
  readonly #key: string;
  readonly #fwd: 'uri-miss' | 'vary-miss';
  #found: StoredResponse | undefined;
  #returned = false;
  #use!: (use: StaleUse) => void;
  readonly #usage = new Promise<StaleUse>((resolve) => {
    this.#use = resolve;
  });

  constructor(exchange: Exchange, key: string, fwd: 'uri-miss' | 'vary-miss') {
    this.#exchange = exchange;
    this.#key = key;
    this.#fwd = fwd;
  }

  /** What is kept, stale or not; or what a run of the handler came to. @throws HandlerFailed */
  async first(): Promise<unknown> {
    try {
      return await this.#ask({ staleWhileRevalidate: AS_KEPT, grace: 0, softTimeout: 0 });
    } finally {
      this.#returned = true;
    }
  }

  /** Lets a renewal that the store may have begun go on: beside the answer, or not at all. */
  release(use: 'background' | 'leave', found?: StoredResponse): void {
    this.#found = found;
    this.#use(use);
  }

  /** A fresh answer, by a run of this handler unless another is making it. @throws HandlerFailed */
  renewed(found: StoredResponse): Promise<unknown> {
    this.#found = found;
    this.#use('foreground');
    return this.#ask({ staleWhileRevalidate: 0, grace: 0 });
  }

  #ask(options: object): Promise<unknown> {
    const { store, settings, head } = this.#exchange;
    return store.getOrSet(settings.resource, this.#key, (context) => this.#load(context), {
      ...options,
      tags: [head.target.tag],
      hardTimeout: settings.coalesceTimeoutMs,
      ttlJitter: 0,
      beta: 0,
      errorTtl: 0,
    });
  }

  async #load(context: LoadContext): Promise<StoredResponse | NotKept | typeof NO_VALUE> {
    const exchange = this.#exchange;
    // A stale answer, where there is one, is on its way back by now.
    if (!this.#returned) await new Promise(setImmediate);
    const use = this.#returned ? await this.#usage : 'foreground';
    const found = this.#found;
    // Nothing is stored: what is there may be of use to others, or newer than what this request has seen.
    if (use === 'leave') return NO_VALUE;
    if (exchange.asked) {
      // The store would ask this request again and again for a value that it has not.
      if (found !== undefined && use === 'foreground') throw new AskedAlready();
      return found === undefined ? notKept(context, 'asked') : NO_VALUE;
    }
    if (use === 'background' && !(await isOut(exchange))) return NO_VALUE;
    const shadow = use === 'background' || exchange.gone;
    if (shadow) {
      castShadow(exchange.req, exchange.res);
      setFields(exchange.res, exchange.before);
    }
    const answer = await handlerAnswer(exchange, {
      stale: found,
      conditions: found === undefined ? [] : conditionFields(found),
      fwd: found === undefined ? this.#fwd : 'stale',
      storing: true,
      shadow,
    });
    return this.#result(context, answer);
  }

  #result(context: LoadContext, answer: HandlerAnswer): StoredResponse | NotKept {
    const { store, memory } = this.#exchange;
    switch (answer.kind) {
      case 'failed':
        throw new HandlerFailed(answer.response);
      case 'cut':
        return notKept(context, 'cut');
      case 'not-kept':
        if (!OF_ONE_REQUEST.has(answer.reason)) memory.setNotKept(store.tenantId, this.#key);
        return notKept(context, answer.reason);
      case 'stored':
        return this.#keep(context, answer.stored, answer.keepForMs);
    }
  }

  #keep(context: LoadContext, stored: StoredResponse, keepForMs: number): StoredResponse | NotKept {
    let tags: readonly string[];
    try {
      tags = this.#tags();
      askOption('tags', () => context.setTags(tags));
    } catch (error) {
      // Without its tags it could not be invalidated.
      this.#exchange.report(error);
      return notKept(context, 'tags');
    }
    const sinceMs = Date.now() - stored.responseAtMs;
    const ttlMs = Math.max(1, stored.freshForMs - sinceMs);
    context.setTtl(ttlMs);
    context.setGrace(Math.max(0, keepForMs - sinceMs - ttlMs));
    return stored;
  }

  #tags(): readonly string[] {
    const { head, settings, req, res } = this.#exchange;
    const tags: unknown = askOption('tags', () => settings.tags?.(req, res)) ?? [];
    // The letters of a text would be tags too.
    if (Array.isArray(tags)) return [head.target.tag, ...tags];
    const given = `a ${typeof tags} from the option tags`;
    throw new OptionFailed('tags', fail('TAG_INVALID', { given, allowed: 'a list of strings' }));
  }
}

/** Reasons that tell nothing of the next request's answer. */
const OF_ONE_REQUEST = new Set(['authorization', 'cookie', 'request-no-store', 'error', 'tags', 'validators']);

/** Kept for as good as no time: it is for those who wait at this moment. */
function notKept(context: LoadContext, reason: string): NotKept {
  context.setTtl(1);
  context.setGrace(0);
  return { notKept: reason };
}

/** Whether the answer has left, so that the response is free. */
async function isOut({ res }: Exchange): Promise<boolean> {
  if (res.closed) return true;
  const timer = new AbortController();
  const out = new Promise<true>((resolve) => res.once('close', () => resolve(true)));
  const late = delay(FLUSH_MS, false as const, { signal: timer.signal, ref: false }).catch(() => false as const);
  const isFree = await Promise.race([out, late]);
  timer.abort();
  return isFree;
}
