import { TenantCacheError } from '../core/errors.js';
import type { CacheStatus } from './cache-status.js';
import { cacheStatus } from './cache-status.js';
import { variantKey } from './entry-key.js';
import type { Exchange } from './exchange.js';
import { HandlerFailed } from './failed-answers.js';
import { type Field, fieldValue } from './fields.js';
import { type HandlerAnswer, handlerAnswer } from './handler-answer.js';
import { judgeRequest, type Verdict } from './judge-request.js';
import { addCacheStatus } from './replay.js';
import { AskedAlready, StoredLoad } from './stored-load.js';
import { isStoredResponse, type StoredResponse } from './stored-response.js';
import { selectingKey } from './vary.js';

/** An answer may name more fields than the last one under its key did; each step finds the narrower entry. */
const MAX_STEPS = 4;
/** How often a request asks again whose leader's client left: each time somebody, maybe itself, leads anew. */
const MAX_ATTEMPTS = 100;

/** Answers a GET or HEAD from what is stored, or has its handler asked. */
export async function answerFromStore(exchange: Exchange, cold: Verdict): Promise<void> {
  const loads = cold.kind === 'miss' && !cold.alone;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if ((await new Search(exchange, cold, loads).run()) || exchange.gone) return;
  }
  await alone(exchange, [], 'uri-miss');
}

class Search {
  readonly #exchange: Exchange;
  readonly #cold: Verdict;
  readonly #loads: boolean;
  #fwd: 'uri-miss' | 'vary-miss' = 'uri-miss';

  constructor(exchange: Exchange, cold: Verdict, loads: boolean) {
    this.#exchange = exchange;
    this.#cold = cold;
    this.#loads = loads;
  }

  /** False where all has to be asked again. */
  async run(): Promise<boolean> {
    const { key, head, memory, store } = this.#exchange;
    const hint = memory.hint(store.tenantId, key);
    const elsewhere = hint !== undefined && selectingKey(hint.vary, head) !== hint.selecting;
    let at = elsewhere ? variantKey(key, hint.vary, head) : key;
    for (let step = 0; step < MAX_STEPS; step++) {
      const loads = this.#loads && !memory.wasNotKept(store.tenantId, at);
      const load = loads ? new StoredLoad(this.#exchange, at, this.#fwd) : undefined;
      const found = load ? await this.#first(load) : await this.#peek(at);
      if (found === DONE) return true;
      if (!isStoredResponse(found)) {
        load?.release('leave');
        if ((found as { notKept?: unknown } | undefined)?.notKept === 'cut') return false;
        await this.#withoutStored(at);
        return true;
      }
      if (found.vary && at === key) {
        memory.setHint(store.tenantId, key, { vary: found.vary, selecting: found.selecting as string });
      }
      if (found.vary === undefined || selectingKey(found.vary, head) === found.selecting) {
        return this.#use(at, found, load);
      }
      load?.release('leave', found);
      this.#fwd = 'vary-miss';
      at = variantKey(key, found.vary, head);
    }
    await this.#withoutStored();
    return true;
  }

  async #peek(key: string): Promise<unknown> {
    const { store, settings } = this.#exchange;
    try {
      return await store.get(settings.resource, key);
    } catch (error) {
      this.#exchange.report(error);
      return undefined;
    }
  }

  async #first(load: StoredLoad): Promise<unknown> {
    const exchange = this.#exchange;
    try {
      const found = await load.first();
      return exchange.asked ? DONE : found;
    } catch (error) {
      load.release('leave');
      if (exchange.asked) return DONE;
      if (error instanceof HandlerFailed) {
        exchange.answerFailure(error.response, { fwd: this.#fwd, collapsed: true });
        return DONE;
      }
      return this.#reported(error);
    }
  }

  /** The cache failed, not the handler: the request goes on without it. */
  #reported(error: unknown): undefined {
    // Too slow a leader is its handler's fault, and no news to the operator.
    const isSlow = error instanceof TenantCacheError && error.code === 'LOAD_TIMEOUT';
    if (!isSlow && !(error instanceof AskedAlready)) this.#exchange.report(error);
    return undefined;
  }

  async #use(at: string, found: StoredResponse, load: StoredLoad | undefined): Promise<boolean> {
    const exchange = this.#exchange;
    const { head, settings } = exchange;
    const nowMs = Date.now();
    const verdict = judgeRequest(head, found, nowMs, settings.policy);
    switch (verdict.kind) {
      case 'hit':
      case 'stale': {
        const waited = found.responseAtMs > exchange.startedAtMs && this.#loads;
        const status: CacheStatus = waited ? { fwd: this.#fwd, collapsed: true } : { hit: true, ttlMs: verdict.ttlMs };
        exchange.answer(found, status);
        load?.release('background', found);
        return true;
      }
      case 'revalidate':
        return this.#renew(at, found, verdict, load);
      default:
        load?.release('leave', found);
        await this.#withoutStored(at);
        return true;
    }
  }

  async #renew(
    at: string,
    found: StoredResponse,
    verdict: Extract<Verdict, { kind: 'revalidate' }>,
    load: StoredLoad | undefined,
  ): Promise<boolean> {
    const exchange = this.#exchange;
    const { fwd, conditions, onError } = verdict;
    if (load === undefined || fwd === 'request' || found.responseAtMs > exchange.startedAtMs) {
      load?.release('leave', found);
      await reload(exchange, at, found, conditions, fwd);
      return true;
    }
    let renewed: unknown;
    try {
      renewed = await load.renewed(found);
    } catch (error) {
      if (exchange.asked) return true;
      if (error instanceof HandlerFailed) {
        if (onError) exchange.answer(found, { fwd: 'stale', collapsed: true, fwdStatus: error.response.status });
        else exchange.answerFailure(error.response, { fwd: 'stale', collapsed: true });
        return true;
      }
      if (error instanceof AskedAlready) return false;
      this.#reported(error);
    }
    if (exchange.asked) return true;
    if ((renewed as { notKept?: unknown } | undefined)?.notKept === 'cut') return false;
    const { head, settings } = exchange;
    if (isStoredResponse(renewed) && fits(renewed, exchange)) {
      const again = judgeRequest(head, renewed, Date.now(), settings.policy);
      if (again.kind === 'hit' || again.kind === 'stale') {
        exchange.answer(renewed, { fwd: 'stale', collapsed: true });
        return true;
      }
    }
    await alone(exchange, conditions, 'stale', found);
    return true;
  }

  async #withoutStored(at = this.#exchange.key): Promise<void> {
    const exchange = this.#exchange;
    const cold = this.#cold;
    if (cold.kind === 'refused') {
      exchange.res.statusCode = 504;
      addCacheStatus(exchange.res, cacheStatus({ detail: 'only-if-cached' }));
      exchange.res.end();
      return;
    }
    // A range and a HEAD are the client's own, and so is the answer to a condition that nobody else waits for.
    const answer = await alone(exchange, undefined, cold.kind === 'bypass' ? 'method' : this.#fwd);
    if (answer?.kind === 'not-kept' && answer.keepable) exchange.memory.forgetNotKept(exchange.store.tenantId, at);
  }
}

const DONE = Symbol('answered');

function fits(found: StoredResponse, { head }: Exchange): boolean {
  return found.vary === undefined || selectingKey(found.vary, head) === found.selecting;
}

/** This request's own answer, which is not stored: an invalidation while it is made would not be noticed. */
async function alone(
  exchange: Exchange,
  conditions: readonly Field[] | undefined,
  fwd: NonNullable<CacheStatus['fwd']>,
  stale?: StoredResponse,
): Promise<HandlerAnswer | undefined> {
  if (exchange.gone) return undefined;
  return handlerAnswer(exchange, { stale, conditions, fwd, storing: false, shadow: false });
}

/** A client that asks past the cache. What is stored goes, unless it is what the handler answers still. */
async function reload(
  exchange: Exchange,
  at: string,
  stored: StoredResponse,
  conditions: readonly Field[],
  fwd: 'request' | 'stale',
): Promise<void> {
  const { store, settings } = exchange;
  const answer = await alone(exchange, conditions, fwd, stored);
  if (fwd !== 'request' || answer?.kind !== 'not-kept' || answer.head === undefined) return;
  const { status, headers } = answer.head;
  const told = fieldValue(headers, 'etag');
  const same = told !== undefined && told === fieldValue(stored.headers, 'etag');
  if (status >= 500 || status === 304 || (same && answer.keepable)) return;
  await store.delete(settings.resource, at);
}
