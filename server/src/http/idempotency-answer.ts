import type { Response } from 'express';
import { ERRORS } from '../core/errors.js';
import type { KeptAnswer } from '../core/idempotency.js';
import { endLater } from '../core/late-end.js';

const HEADERS = ['Content-Type', 'ETag', 'Location'];
/** Answers to changes are small; a longer one is not kept. */
const MAX_BODY_CHARS = 1_048_576;

/**
 * What was done, and what is known to be in its way, is answered alike again, and so is a failure after which nobody can
 * say what was done. A request that was refused may be corrected, and one that found something away be sent again.
 */
export function isKept({ statusCode }: Response, body: string): boolean {
  if (body.length > MAX_BODY_CHARS) return false;
  return (statusCode >= 200 && statusCode < 300) || statusCode === 409 || statusCode === ERRORS.INTERNAL.status;
}

/**
 * Holds the answer of this response back until `before` is done with its body.
 * What is written in parts leaves as it is written, and `before` is given what came last.
 */
export function catchAnswer(res: Response, before: (body: string) => Promise<void>): void {
  endLater(res, (chunk) => {
    const body = typeof chunk === 'string' || Buffer.isBuffer(chunk) ? chunk.toString() : '';
    return before(body).catch(() => {});
  });
}

export function answerOf(res: Response, body: string, secretFields: readonly string[]): KeptAnswer {
  const headers: Record<string, string> = {};
  for (const name of HEADERS) {
    const value = res.getHeader(name);
    if (value !== undefined) headers[name] = String(value);
  }
  return { status: res.statusCode, headers, body: withoutSecrets(body, secretFields) };
}

export function replay(res: Response, { status, headers, body }: KeptAnswer): void {
  res.statusCode = status;
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  res.setHeader('Idempotent-Replayed', 'true');
  res.end(body === '' ? undefined : body);
}

/** An answer that is no object in JSON has no fields, and is kept only where it holds no secret either. */
function withoutSecrets(body: string, fields: readonly string[]): string {
  if (fields.length === 0 || body === '') return body;
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return '';
    const hidden = Object.fromEntries(fields.filter((field) => field in value).map((field) => [field, null]));
    return JSON.stringify({ ...value, ...hidden });
  } catch {
    return '';
  }
}
