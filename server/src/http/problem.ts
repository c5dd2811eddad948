import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { ERRORS, type ErrorCode, isKnown, RateLimitedError, TenantCacheError } from '../core/errors.js';
import { setLimitedHeaders } from './rate-headers.js';
import { requestIdOf } from './request-id.js';

/** RFC 9457 problem details. `type` and `code` are stable; `detail` is the public sentence of the code, no internals. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  /** Of the answer's `X-Request-Id`, where it has one. */
  readonly requestId?: string;
}

/** What is wrong with one field of a request. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

const REFUSED = 'was not accepted: it is malformed, has expired, or is not for this interface';

/** RFC 6750, section 3.1. */
const REFUSED_TOKEN = 'Bearer error="invalid_token"';

/** `REQUEST_INVALID` with its fields, which the problem shows as `errors`. */
export class RequestInvalidError extends TenantCacheError {
  override readonly name = 'RequestInvalidError';

  constructor(readonly errors: readonly FieldError[]) {
    super('REQUEST_INVALID', { given: errors.map(({ field }) => field).join(', ') });
  }
}

/** `UNAUTHENTICATED` for credentials that were sent: `errors` says so, but nothing of them. */
export class CredentialsRefusedError extends TenantCacheError {
  override readonly name = 'CredentialsRefusedError';
  readonly errors: readonly FieldError[] = [{ field: 'Authorization', message: REFUSED }];

  constructor() {
    super('UNAUTHENTICATED', { given: 'an Authorization header that authorize() does not accept' });
  }
}

/** What a client may know of `error`: anything that is not a `TenantCacheError` or a client's mistake is `INTERNAL`. */
export function problemOf(error: unknown): Problem {
  if (isKnown(error)) return problem(error.code);
  const status = clientErrorStatus(error);
  return status === undefined ? problem('INTERNAL') : problem(clientErrorCode(error), status);
}

/** The problem of a code, with another status than its own where Express found a mistake of the client. */
export function problem(code: ErrorCode, status: number = ERRORS[code].status): Problem {
  return {
    type: `urn:tenantcache:error:${code.toLowerCase()}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code,
    detail: ERRORS[code].message,
  };
}

/** Ends the response with a problem; `members` are extension members such as `errors` or `current`. */
export function sendProblem(res: Response, what: Problem, members: object = {}): void {
  if (what.status === 401 && !res.hasHeader('WWW-Authenticate'))
    res.setHeader('WWW-Authenticate', challenge(what.code));
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('Content-Type', 'application/problem+json; charset=utf-8');
  res.statusCode = what.status;
  const requestId = requestIdOf(res);
  res.end(JSON.stringify({ ...what, ...members, ...(requestId === undefined ? {} : { requestId }) }));
}

/**
 * Error middleware that answers every error as a problem, and a `RateLimitedError` with the fields of its limit. Mount it last.
 * @param onError hears of errors answered with a status of 500 or more, for the log; its own errors are ignored. Without
 *   it nobody hears of them
 */
export function problemHandler(onError?: ErrorListener): ErrorRequestHandler {
  return (error, req, res, next) => {
    const what = problemOf(error);
    if (what.status >= 500) report(onError, error, req);
    if (res.headersSent) return next(error);
    if (error instanceof RateLimitedError) setLimitedHeaders(res, error);
    else setRetryAfter(res, error);
    if (error instanceof CredentialsRefusedError && /^bearer /i.test(req.headers.authorization ?? ''))
      res.setHeader('WWW-Authenticate', REFUSED_TOKEN);
    sendProblem(res, what, membersOf(error));
  };
}

function membersOf(error: unknown): object {
  if (error instanceof RequestInvalidError || error instanceof CredentialsRefusedError) return { errors: error.errors };
  // How body-parser marks text that is no JSON. Its own message quotes the body, which may hold a secret.
  const isNoJson = error instanceof Error && 'type' in error && error.type === 'entity.parse.failed';
  return isNoJson ? { errors: [{ field: 'body', message: 'is not JSON, or not an object' }] } : {};
}

/** Of an error that says when to ask again. */
function setRetryAfter(res: Response, error: unknown): void {
  if (!(error instanceof TenantCacheError) || !('retryAfterMs' in error)) return;
  const { retryAfterMs } = error;
  if (typeof retryAfterMs === 'number')
    res.setHeader('Retry-After', String(Math.max(1, Math.ceil(retryAfterMs / 1_000))));
}

export type ErrorListener = (error: unknown, req: Request) => void;

export function report(onError: ErrorListener | undefined, error: unknown, req: Request): void {
  try {
    onError?.(error, req);
  } catch {
    // A logger that fails must not take the answer with it.
  }
}

function challenge(code: ErrorCode): string {
  return code === 'TOKEN_INVALID' ? REFUSED_TOKEN : 'Bearer';
}

/** As body-parser says what it did not read. */
function clientErrorCode(error: unknown): ErrorCode {
  const type = (error as { type?: unknown }).type;
  if (type === 'entity.too.large') return 'BODY_TOO_LARGE';
  const unsupported = type === 'encoding.unsupported' || type === 'charset.unsupported';
  return unsupported ? 'MEDIA_TYPE_UNSUPPORTED' : 'REQUEST_INVALID';
}

/** Express, its router and body-parser mark a client's mistake by a 4xx `status` on the error. */
function clientErrorStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  const { status } = error;
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status < 500 ? status : undefined;
}
