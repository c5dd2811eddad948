import type { Request, Response } from 'express';
import type { Report } from './exchange.js';
import { fieldsFromOutgoing } from './fields.js';
import { invalidatedTags } from './invalidated.js';
import type { RequestHead } from './request-head.js';
import type { ResponseStore } from './stored-response.js';

/**
 * After an unsafe method that succeeded, what is stored for its target is gone (RFC 9111, 4.4) before the client has the
 * end of the answer: what it reads next it must not get from before.
 */
export function invalidateWhenDone(
  _req: Request,
  res: Response,
  head: RequestHead,
  store: ResponseStore,
  report: Report,
): void {
  const { end } = res;
  res.end = function ended(this: Response, ...args: unknown[]) {
    res.end = end;
    const goOn = () => (end as (...args: unknown[]) => unknown).apply(res, args);
    const tags = invalidatedTags(head, { status: res.statusCode, headers: fieldsFromOutgoing(res.getHeaders()) });
    if (tags.length === 0) {
      goOn();
      return res;
    }
    Object.defineProperty(res, 'writableEnded', { value: true, configurable: true });
    void store
      .invalidateTags(tags)
      .catch(report)
      .then(() => {
        delete (res as { writableEnded?: boolean }).writableEnded;
        goOn();
      });
    return res;
  } as Response['end'];
}
