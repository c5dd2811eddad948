import type { NextFunction, Request, RequestHandler, Response } from 'express';
import onHeaders from 'on-headers';
import { cacheStatus } from './cache-status.js';
import { entryKey, isAmbiguous } from './entry-key.js';
import { Exchange, type Report } from './exchange.js';
import { invalidateWhenDone } from './invalidate-when-done.js';
import { isUnsafe } from './invalidated.js';
import { judgeRequest } from './judge-request.js';
import { answerFromStore } from './lookup.js';
import { askOption } from './option-failed.js';
import { addCacheStatus } from './replay.js';
import { type RequestHead, requestHead } from './request-head.js';
import { requestTarget } from './request-target.js';
import type { ResponseMemory } from './response-memory.js';
import { type ResponseOptions, type ResponseSettings, responseSettings } from './response-options.js';
import type { ResponseStore } from './stored-response.js';

export interface ResponseCacheDeps {
  /** The handle of the request's tenant. */
  storeOf(req: Request): ResponseStore | undefined;
  /** Hears what the cache failed at; the request is answered without it. */
  report: Report;
  /** Of the process: what the middlewares of one cache remember together. */
  memory: ResponseMemory;
}

/** On a request that a response cache is answering: one behind it would wait for the answer that it is making itself. */
const WITHIN = Symbol('within a response cache');

/**
 * Keeps the answers of the handlers behind it, for each tenant by itself (RFC 9111). A request without a tenant passes by.
 * @throws TenantCacheError `OPTION_INVALID`, `RESOURCE_INVALID` at construction
 */
export function responseCache(deps: ResponseCacheDeps, options?: ResponseOptions): RequestHandler {
  const settings = responseSettings(options);
  return function cachedResponse(req, res, next) {
    if (WITHIN in req) {
      passBy(res, 'nested');
      next();
      return;
    }
    let plan: Plan;
    try {
      plan = planOf(deps, settings, req, res, next);
    } catch (error) {
      deps.report(error);
      plan = { bypass: 'error' };
    }
    if ('bypass' in plan) {
      passBy(res, plan.bypass);
      if (plan.unsafe) {
        Object.defineProperty(req, WITHIN, { value: true });
        invalidateWhenDone(req, res, plan.unsafe.head, plan.unsafe.store, deps.report);
      }
      next();
      return;
    }
    Object.defineProperty(req, WITHIN, { value: true });
    const { exchange, cold } = plan;
    answerFromStore(exchange, cold).catch((error) => {
      deps.report(error);
      if (!exchange.asked && !res.headersSent) next();
    });
  };
}

type Cold = ReturnType<typeof judgeRequest>;
type Plan =
  | { readonly exchange: Exchange; readonly cold: Cold }
  | { readonly bypass: string; readonly unsafe?: { readonly head: RequestHead; readonly store: ResponseStore } };

function planOf(
  deps: ResponseCacheDeps,
  settings: ResponseSettings,
  req: Request,
  res: Response,
  next: NextFunction,
): Plan {
  const store = deps.storeOf(req);
  if (store === undefined) return { bypass: 'no-tenant' };
  const target = requestTarget(req, { hosts: settings.hosts });
  if (target === undefined) return { bypass: 'target' };
  const head = answerableHead(requestHead(req, target), res);
  if (isUnsafe(head.method)) return { bypass: 'method', unsafe: { head, store } };
  if (isAmbiguous(req, head)) return { bypass: 'ambiguous' };
  if (askOption('skip', () => settings.skip?.(req, res))) return { bypass: 'skip' };
  const cold = judgeRequest(head, undefined, Date.now(), settings.policy);
  if (cold.kind === 'bypass' && cold.detail !== 'head') return { bypass: cold.detail };
  const key = entryKey(req, head, settings);
  return {
    exchange: new Exchange(req, res, next, store, settings, head, key, deps.memory, deps.report),
    cold,
  };
}

/** Part of a body must not go through a compression middleware before this one: such requests get the whole. */
function answerableHead(head: RequestHead, res: Response): RequestHead {
  if (!Object.hasOwn(res, 'write')) return head;
  return { ...head, fields: head.fields.filter(([name]) => name !== 'range' && name !== 'if-range') };
}

function passBy(res: Response, detail: string): void {
  const fwd = detail === 'method' ? 'method' : 'bypass';
  onHeaders(res, () => addCacheStatus(res, cacheStatus({ fwd, detail: detail === 'method' ? undefined : detail })));
}
