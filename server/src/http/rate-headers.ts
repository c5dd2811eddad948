import type { Response } from 'express';
import type { RateLimitedError } from '../core/errors.js';

export interface Rate {
  readonly limit: number;
  readonly remaining: number;
  /** Undefined: a whole window from now. */
  readonly resetTime: Date | undefined;
}

/** Fields may stand there of another limit that the request passed, so these are appended (RFC 9651, lists). */
export function setRateHeaders(
  res: Response,
  policy: string,
  windowMs: number,
  { limit, remaining, resetTime }: Rate,
): void {
  if (res.headersSent) return;
  append(res, 'RateLimit-Policy', `"${policy}";q=${limit};w=${Math.ceil(windowMs / 1_000)}`);
  append(res, 'RateLimit', `"${policy}";r=${remaining};t=${secondsUntil(resetTime, windowMs)}`);
}

/** The same with `Retry-After`, of an answer that refuses. */
export function setRefusedHeaders(res: Response, policy: string, windowMs: number, rate: Rate): void {
  setRateHeaders(res, policy, windowMs, rate);
  res.setHeader('Retry-After', String(Math.max(1, secondsUntil(rate.resetTime, windowMs))));
}

export function setLimitedHeaders(res: Response, error: RateLimitedError): void {
  const { policy, windowMs, limit, remaining, retryAfterMs } = error;
  setRefusedHeaders(res, policy, windowMs, { limit, remaining, resetTime: new Date(Date.now() + retryAfterMs) });
}

function append(res: Response, name: string, value: string): void {
  const present = res.getHeader(name);
  res.setHeader(name, present === undefined ? value : `${String(present)}, ${value}`);
}

function secondsUntil(resetTime: Date | undefined, windowMs: number): number {
  const ms = resetTime === undefined ? windowMs : resetTime.getTime() - Date.now();
  return Math.max(0, Math.ceil(ms / 1_000));
}
