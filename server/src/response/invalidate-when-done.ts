import type { Request, Response } from 'express';
import { endLater } from '../core/late-end.js';
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
  const invalidated = () => {
    const tags = invalidatedTags(head, { status: res.statusCode, headers: fieldsFromOutgoing(res.getHeaders()) });
    return tags.length === 0 ? undefined : store.invalidateTags(tags).then(() => {}, report);
  };
  endLater(res, invalidated, report);
}
