import { isCredentialField } from '../core/credential-fields.js';
import type { Exchange } from './exchange.js';
import { type Field, fieldValue, hasField } from './fields.js';
import { judgeRequest } from './judge-request.js';
import type { StoredResponse } from './stored-response.js';

/** Told to those who wait for a handler whose answer is an error. Not stored. */
export class HandlerFailed extends Error {
  override readonly name = 'HandlerFailed';

  constructor(readonly response: StoredResponse) {
    super(`the handler answered ${response.status}`);
  }
}

/** Whether a stale answer may be given for an error (RFC 5861, 4). */
export function mayStandIn(stale: StoredResponse, { head, settings }: Exchange): boolean {
  const verdict = judgeRequest(head, stale, Date.now(), settings.policy);
  return verdict.kind === 'hit' || verdict.kind === 'stale' || (verdict.kind === 'revalidate' && verdict.onError);
}

/**
 * Whether others may get this error's answer: not where it is one client's, by what it says or because the key does not
 * tell clients apart by the credentials that this one sent.
 */
export function mayBeShared(answer: { readonly headers: readonly Field[] }, { head, settings }: Exchange): boolean {
  if (hasField(answer.headers, 'set-cookie')) return false;
  if (/\bprivate\b/i.test(fieldValue(answer.headers, 'cache-control') ?? '')) return false;
  if (fieldValue(answer.headers, 'vary')?.includes('*')) return false;
  if (settings.policy.authorization !== 'rfc') return true;
  return !head.fields.some(([name]) => isCredentialField(name));
}
