import type { NextFunction, Request, Response } from 'express';
import { answerFrom } from './answer-from.js';
import type { CacheStatus } from './cache-status.js';
import { cacheStatus } from './cache-status.js';
import type { Field } from './fields.js';
import { fieldsOf, replay, resetFields } from './replay.js';
import type { RequestHead } from './request-head.js';
import type { ResponseMemory } from './response-memory.js';
import type { ResponseSettings } from './response-options.js';
import type { ResponseStore, StoredResponse } from './stored-response.js';

/** What the cache layer failed at; the request was answered without it. */
export type Report = (error: unknown) => void;

/** One request on its way through the cache, and what is known of it. */
export class Exchange {
  /** Whether the handler has been asked: `next` works once. */
  asked = false;
  readonly startedAtMs = Date.now();
  /** Fields of earlier middlewares. */
  readonly before: readonly Field[];

  constructor(
    readonly req: Request,
    readonly res: Response,
    readonly next: NextFunction,
    readonly store: ResponseStore,
    readonly settings: ResponseSettings,
    readonly head: RequestHead,
    /** Of its entry, before the variant. */
    readonly key: string,
    readonly memory: ResponseMemory,
    readonly report: Report,
  ) {
    this.before = fieldsOf(res);
  }

  /** Nobody is there any more. */
  get gone(): boolean {
    return this.res.closed || this.res.destroyed;
  }

  /** A withheld answer leaves the response as the handler made it. */
  answer(stored: StoredResponse, status: CacheStatus, withheld = false): void {
    if (this.gone) return;
    if (withheld) resetFields(this.res, this.before);
    for (const name of stored.removed ?? []) this.res.removeHeader(name);
    replay(this.res, answerFrom(this.head, stored, Date.now()), cacheStatus(status));
  }

  /** The error that this request's own handler would have answered, from one that was asked for others as well. */
  answerFailure({ status, headers, body }: StoredResponse, member: CacheStatus): void {
    if (this.gone) return;
    replay(this.res, { status, headers, body }, cacheStatus({ ...member, fwdStatus: status }));
  }
}
