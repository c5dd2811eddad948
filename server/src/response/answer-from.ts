import { isNotModified } from './conditionals.js';
import { type Field, hasField } from './fields.js';
import { currentAgeMs } from './judge-request.js';
import { askedRange } from './ranges.js';
import type { RequestHead } from './request-head.js';
import type { StoredResponse } from './stored-response.js';

/** What a stored response answers a request with; `body` is missing where none is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly Field[];
  readonly body: Buffer | undefined;
}

/** Of a 304 (RFC 9110, 15.4.5): what the client may have to change, and nothing of a body that it has. */
const NOT_IN_304 = new Set(['content-length', 'content-encoding', 'content-language', 'content-range', 'content-type']);

/** Answers a GET or HEAD: whole, as 304, or as the one range asked for (RFC 9111, 4.3.2; RFC 9110, 13.2.2). */
export function answerFrom(
  request: Pick<RequestHead, 'method' | 'fields'>,
  stored: StoredResponse,
  nowMs: number,
): Answer {
  const headers = withAge(stored, nowMs);
  const succeeded = stored.status >= 200 && stored.status < 300;
  if (succeeded && isNotModified(request.fields, stored.headers, stored)) {
    return { status: 304, headers: headers.filter(([name]) => !NOT_IN_304.has(name)), body: undefined };
  }
  const range = request.method === 'GET' ? askedRange(request.fields, stored) : undefined;
  if (range === undefined) return whole(request.method, stored, headers);
  return range === 'unsatisfiable' ? unsatisfiable(stored, headers) : part(stored, headers, range);
}

/** In whole seconds, the oldest that it can be said to be (RFC 9111, 5.1). */
function withAge(stored: StoredResponse, nowMs: number): Field[] {
  const age = Math.max(0, Math.floor(currentAgeMs(stored, nowMs) / 1_000));
  return [...stored.headers.filter(([name]) => name !== 'age'), ['age', String(age)]];
}

function whole(method: string, stored: StoredResponse, headers: Field[]): Answer {
  const bodiless = stored.status === 204 || stored.status === 205;
  const length: Field[] = bodiless ? [] : [['content-length', String(stored.body.length)]];
  const body = method === 'HEAD' || bodiless ? undefined : stored.body;
  return { status: stored.status, headers: [...without(headers, 'content-length'), ...length], body };
}

function part(stored: StoredResponse, headers: Field[], { start, end }: { start: number; end: number }): Answer {
  const range: Field = ['content-range', `bytes ${start}-${end}/${stored.body.length}`];
  const length: Field = ['content-length', String(end + 1 - start)];
  const kept = without(headers, 'content-length');
  return { status: 206, headers: [...kept, range, length], body: stored.body.subarray(start, end + 1) };
}

function unsatisfiable(stored: StoredResponse, headers: Field[]): Answer {
  const kept = headers.filter(([name]) => !NOT_IN_304.has(name) && name !== 'etag' && name !== 'last-modified');
  const range: Field = ['content-range', `bytes */${stored.body.length}`];
  return { status: 416, headers: [...kept, range, ['content-length', '0']], body: Buffer.alloc(0) };
}

function without(headers: Field[], name: string): Field[] {
  return hasField(headers, name) ? headers.filter(([present]) => present !== name) : headers;
}
