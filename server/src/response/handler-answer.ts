import { OutgoingMessage } from 'node:http';
import { type CacheStatus, cacheStatus } from './cache-status.js';
import type { Captured, CapturedHead, HeadDecision } from './capture.js';
import { isNotModified } from './conditionals.js';
import type { Exchange } from './exchange.js';
import { mayBeShared, mayStandIn } from './failed-answers.js';
import { type Field, fieldsFromOutgoing, fieldValue, hasField } from './fields.js';
import { freshened } from './freshened.js';
import type { ResponseTimes } from './freshness.js';
import { judgeResponse } from './judge-response.js';
import { keptFields, removedFields } from './kept-fields.js';
import { addCacheStatus, resetFields } from './replay.js';
import { runHandler } from './run-handler.js';
import { storedFields, storedResponse } from './stored-fields.js';
import type { StoredResponse } from './stored-response.js';
import { selectingKey, varyOf } from './vary.js';
import { headAsSent } from './written-head.js';

/** What came of a run of the handler, for those who wait for it and for the store. */
export type HandlerAnswer =
  | { readonly kind: 'stored'; readonly stored: StoredResponse; readonly keepForMs: number }
  | { readonly kind: 'not-kept'; readonly reason: string; readonly keepable?: boolean; readonly head?: CapturedHead }
  /** The client left before the answer was whole: whoever waits has to ask again. */
  | { readonly kind: 'cut' }
  /** An error's answer, which those who wait now share. */
  | { readonly kind: 'failed'; readonly response: StoredResponse };

export interface HandlerAsk {
  /** What is stored and has to be renewed. */
  readonly stale: StoredResponse | undefined;
  readonly conditions: readonly Field[] | undefined;
  readonly fwd: NonNullable<CacheStatus['fwd']>;
  /** False for a run whose answer is not stored. */
  readonly storing: boolean;
  readonly shadow: boolean;
}

/** Asks the handler, sends its answer to the client, and says as early as it can what becomes of it. */
export function handlerAnswer(exchange: Exchange, ask: HandlerAsk): Promise<HandlerAnswer> {
  return new Promise((resolve, reject) => {
    new Answering(exchange, ask, resolve).run().catch(reject);
  });
}

/** Said by `fwd`, or nothing that a client could do better. */
const UNTOLD = new Set(['alone', 'method']);

type Withheld = 'validated' | 'failed' | 'not-modified';

class Answering {
  readonly #exchange: Exchange;
  readonly #ask: HandlerAsk;
  readonly #tell: (answer: HandlerAnswer) => void;
  readonly #requestAtMs = Date.now();
  #withheld: Withheld | undefined;
  #keepable = false;
  #made: CapturedHead | undefined;
  #kept: { readonly freshForMs: number; readonly keepForMs: number } | undefined;

  constructor(exchange: Exchange, ask: HandlerAsk, tell: (answer: HandlerAnswer) => void) {
    this.#exchange = exchange;
    this.#ask = ask;
    this.#tell = tell;
  }

  async run(): Promise<void> {
    const handling = runHandler(this.#exchange, this.#ask.conditions, {
      onHead: (head) => this.#onHead(head),
      onSent: (sent) => this.#onSent(sent),
    });
    const captured = await handling.captured;
    let answer = this.#conclude(captured);
    if (this.#withheld && !this.#exchange.gone) {
      handling.takeBack();
      // Who listens for the end of the response hears of it in any case.
      if (this.#ask.shadow) this.#exchange.res.end();
      else this.#answerWithheld(captured, answer);
      // Only now have the hooks of earlier middlewares seen this head.
      if (this.#withheld === 'not-modified' && answer.kind === 'stored' && captured.head) {
        answer = this.#refusalAsSent(fieldsFromOutgoing(this.#exchange.res.getHeaders())) ?? answer;
      }
    }
    this.#tell(answer);
  }

  #onHead(head: CapturedHead): HeadDecision {
    try {
      return this.#decide(head);
    } catch (error) {
      this.#exchange.report(error);
      this.#tell({ kind: 'not-kept', reason: 'error' });
      return { keep: false, withhold: false };
    }
  }

  #onSent(sent: CapturedHead): boolean {
    try {
      const refused = this.#refusalAsSent(sent.headers);
      if (refused === undefined) return true;
      this.#tell(refused);
    } catch (error) {
      this.#exchange.report(error);
      this.#tell({ kind: 'not-kept', reason: 'error' });
    }
    return false;
  }

  /** Sessions set their cookie, and with it make the answer one client's, by hooks that run when the head goes out. */
  #refusalAsSent(sent: readonly Field[]): HandlerAnswer | undefined {
    const made = this.#made as CapturedHead;
    const head = { ...made, headers: headAsSent(made.headers, sent) };
    if (this.#kept === undefined) {
      return mayBeShared(head, this.#exchange) ? undefined : { kind: 'not-kept', reason: 'private', head };
    }
    const reason = this.#judge(head);
    return reason === undefined ? undefined : { kind: 'not-kept', reason, head };
  }

  #decide(head: CapturedHead): HeadDecision {
    const { head: request, settings, res } = this.#exchange;
    const { stale, conditions, shadow, fwd } = this.#ask;
    this.#made = head;
    if (head.status === 304 && stale && conditions && conditions.length > 0) this.#withheld = 'validated';
    else if (head.status >= 500 && stale && mayStandIn(stale, this.#exchange)) this.#withheld = 'failed';
    else if (
      conditions &&
      head.status === 200 &&
      isNotModified(request.fields, head.headers, this.#times(head)) &&
      !hasField(request.fields, 'range')
    ) {
      this.#withheld = 'not-modified';
    }
    const reason = this.#judge(shadow ? this.#withCookiesSent(head) : head);
    const failed = reason !== undefined && head.status >= 500 && mayBeShared(head, this.#exchange);
    // Who waits for it need not wait for its end.
    if (reason !== undefined && !failed && this.#withheld !== 'validated') {
      this.#tell({ kind: 'not-kept', reason, keepable: this.#keepable, head });
    }
    if (this.#withheld === undefined && !shadow) {
      const stored = this.#kept !== undefined;
      addCacheStatus(
        res,
        cacheStatus({ fwd, stored, ...(reason !== undefined && !UNTOLD.has(reason) && { detail: reason }) }),
      );
    }
    const keep = (this.#kept !== undefined || failed || this.#withheld === 'validated') && settings.maxBodyBytes > 0;
    return { keep, withhold: this.#withheld !== undefined };
  }

  /**
   * In the background the response itself went out before: its client may be the one that a cookie was made for, and this
   * answer be made for that session.
   */
  #withCookiesSent(head: CapturedHead): CapturedHead {
    const sent = fieldsFromOutgoing(OutgoingMessage.prototype.getHeaders.call(this.#exchange.res));
    return { ...head, headers: [...head.headers, ...sent.filter(([name]) => name === 'set-cookie')] };
  }

  /** Why it is not kept. */
  #judge(head: CapturedHead): string | undefined {
    const { head: request, settings } = this.#exchange;
    const { policy, maxBodyBytes } = settings;
    if (hasField(head.headers, 'trailer')) return 'trailers';
    // It has no end to wait for.
    if (fieldValue(head.headers, 'content-type')?.startsWith('text/event-stream')) return 'stream';
    if (Number(fieldValue(head.headers, 'content-length') ?? 0) > maxBodyBytes) return 'too-large';
    const judged = judgeResponse(request, head, this.#times(head), policy);
    if (!judged.store) return judged.reason;
    if (!this.#ask.storing) {
      this.#keepable = true;
      return 'alone';
    }
    this.#kept = judged;
    return undefined;
  }

  #conclude(captured: Captured): HandlerAnswer {
    const { settings, head: request } = this.#exchange;
    if (captured.kind === 'cut') {
      return captured.reason === 'client-gone' ? { kind: 'cut' } : { kind: 'not-kept', reason: captured.reason };
    }
    const { head, body } = captured;
    const times = this.#times(head);
    const { policy } = settings;
    const { before } = this.#exchange;
    const headers = keptFields(head.headers, before);
    if (this.#withheld === 'validated') {
      const renewed = freshened(this.#ask.stale as StoredResponse, { ...head, headers }, request, times, policy);
      return renewed?.keepForMs === undefined
        ? { kind: 'not-kept', reason: 'validators' }
        : { kind: 'stored', stored: renewed.stored, keepForMs: renewed.keepForMs };
    }
    if (this.#kept === undefined) {
      const response = { status: head.status, headers: storedFields(headers, policy), body, freshForMs: 0, ...times };
      return { kind: 'failed', response };
    }
    const { freshForMs, keepForMs } = this.#kept;
    const made = storedResponse({ status: head.status, headers }, body, times, freshForMs, policy);
    const vary = varyOf(head.headers, policy);
    if (vary === '*') return { kind: 'not-kept', reason: 'vary' };
    const removed = removedFields(head.headers, before);
    const stored = {
      ...made,
      ...(removed.length > 0 && { removed }),
      ...(vary.length > 0 && { vary, selecting: selectingKey(vary, request) }),
    };
    return { kind: 'stored', stored, keepForMs };
  }

  #answerWithheld(captured: Captured, answer: HandlerAnswer): void {
    const { res, before } = this.#exchange;
    const { stale, fwd } = this.#ask;
    const fwdStatus = captured.head?.status;
    if (this.#withheld === 'not-modified') {
      for (const name of ['content-length', 'content-type', 'content-encoding', 'transfer-encoding'])
        res.removeHeader(name);
      res.statusCode = 304;
      addCacheStatus(res, cacheStatus({ fwd, fwdStatus, stored: answer.kind === 'stored' }));
      res.end();
      return;
    }
    const renewed = this.#withheld === 'validated' && answer.kind === 'stored' ? answer.stored : undefined;
    const status: CacheStatus = { fwd, fwdStatus, stored: renewed !== undefined };
    resetFields(res, before);
    this.#exchange.answer(renewed ?? (stale as StoredResponse), status);
  }

  #times(head: CapturedHead): ResponseTimes {
    return { requestAtMs: this.#requestAtMs, responseAtMs: head.atMs };
  }
}
