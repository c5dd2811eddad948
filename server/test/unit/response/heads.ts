import { cacheControl } from '../../../src/response/cache-control.js';
import type { Field } from '../../../src/response/fields.js';
import type { ResponseHead, ResponseTimes } from '../../../src/response/freshness.js';
import { judgeResponse } from '../../../src/response/judge-response.js';
import type { RequestHead } from '../../../src/response/request-head.js';
import { uriTag } from '../../../src/response/request-target.js';
import { DEFAULT_POLICY, type ResponsePolicy } from '../../../src/response/response-policy.js';
import { storedResponse } from '../../../src/response/stored-fields.js';
import type { StoredResponse } from '../../../src/response/stored-response.js';

export const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);
export const AT_NOW: ResponseTimes = { requestAtMs: NOW, responseAtMs: NOW };

/** `seconds` from now, as HTTP writes it. */
export const dateIn = (seconds: number) => new Date(NOW + seconds * 1_000).toUTCString();

export const policy = (changes: Partial<ResponsePolicy> = {}): ResponsePolicy => ({ ...DEFAULT_POLICY, ...changes });

export function asked(fields: readonly Field[] = [], method = 'GET', uri = '/prices'): RequestHead {
  const target = { key: `GET http://api.test ${uri}`, host: 'api.test', uri, tag: uriTag('api.test', uri) };
  return { method, target, fields, control: cacheControl(fields) };
}

export const answered = (headers: readonly Field[], status = 200): ResponseHead => ({ status, headers });

export const control = (value: string): Field => ['cache-control', value];

/** Freshness in seconds that a response is stored with, or why it is not. */
export function kept(headers: readonly Field[], { status = 200, request = asked(), ...changes }: Asked = {}) {
  const judged = judgeResponse(request, answered(headers, status), AT_NOW, policy(changes));
  return judged.store ? judged.freshForMs / 1_000 : judged.reason;
}

export interface Asked extends Partial<ResponsePolicy> {
  readonly status?: number;
  readonly request?: RequestHead;
}

/** A response that came now, as it is stored. */
export function stored(headers: readonly Field[], body = '01234567890', changes: Asked = {}): StoredResponse {
  const rules = policy(changes);
  const head = answered(headers, changes.status ?? 200);
  const judged = judgeResponse(changes.request ?? asked(), head, AT_NOW, rules);
  if (!judged.store) throw new Error(`not stored: ${judged.reason}`);
  return storedResponse(head, Buffer.from(body), AT_NOW, judged.freshForMs, rules);
}
