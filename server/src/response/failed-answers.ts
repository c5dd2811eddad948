import { isCredentialField } from '../core/credential-fields.js';
import type { Exchange } from './exchange.js';
import { type Field, hasField } from './fields.js';
import { effectiveControl } from './freshness.js';
import { judgeRequest } from './judge-request.js';
import type { StoredResponse } from './stored-response.js';
import { varyOf } from './vary.js';

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
  if (effectiveControl(answer.headers, settings.policy).directives.has('private')) return false;
  if (varyOf(answer.headers, settings.policy) === '*') return false;
  if (settings.policy.authorization !== 'rfc') return true;
  return !head.fields.some(([name]) => isCredentialField(name));
}
