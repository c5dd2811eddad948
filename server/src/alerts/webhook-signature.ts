import { createHmac, timingSafeEqual } from 'node:crypto';
import { invalidOption } from '../core/options.js';

/** Old enough for a slow network and clocks that differ, short enough that a copied message is soon worth nothing. */
const TOLERANCE_MS = 300_000;
const HEADER_PART = /^\s*(t|v1)=([0-9a-f]+)\s*$/;
const MAX_HEADER = 1_024;

export const SIGNATURE_HEADER = 'Tenantcache-Signature';
export const DELIVERY_HEADER = 'Tenantcache-Delivery';

/** `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`: the time is part of what is signed. */
export function signWebhook(secret: string, body: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1_000);
  return `t=${seconds},v1=${mac(secret, `${seconds}`, body).toString('hex')}`;
}

export interface VerifyWebhookInput {
  /** As it was shown when the webhook was made. */
  readonly secret: string;
  /** `Tenantcache-Signature` of the request; one that is missing is not valid. */
  readonly header: string | readonly string[] | undefined;
  /** As it was received, before anybody parsed it. */
  readonly body: string | Uint8Array;
  /** How far the signed time may be from now. Default 5 minutes. */
  readonly toleranceMs?: number;
  readonly nowMs?: number;
}

/**
 * Whether a message is from who knows the secret, is as it was sent, and is not an old one sent again. Compares in constant
 * time; never throws for what a request may hold. Shape of the header as Stripe's (https://docs.stripe.com/webhooks).
 * @throws TenantCacheError `OPTION_INVALID` where the receiver is wired wrongly: no secret, or a body that was parsed
 */
export function verifyWebhook(input: VerifyWebhookInput): boolean {
  const { secret, header, body, toleranceMs = TOLERANCE_MS, nowMs = Date.now() } = input;
  assertWired(secret, body, toleranceMs);
  if (typeof header !== 'string' || header.length > MAX_HEADER || !isRaw(body)) return false;
  let seconds: string | undefined;
  const given: Buffer[] = [];
  for (const part of header.split(',')) {
    const [, name, value] = HEADER_PART.exec(part) ?? [];
    if (name === undefined || value === undefined) continue;
    if (name === 'v1') given.push(Buffer.from(value, 'hex'));
    else if (seconds === undefined) seconds = value;
    else return false;
  }
  if (seconds === undefined || !/^\d{1,12}$/.test(seconds)) return false;
  if (Math.abs(nowMs - Number(seconds) * 1_000) > toleranceMs) return false;
  const expected = mac(secret, seconds, body);
  let valid = false;
  for (const one of given) valid = (one.length === expected.length && timingSafeEqual(one, expected)) || valid;
  return valid;
}

function isRaw(body: unknown): body is string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array;
}

function assertWired(secret: unknown, body: unknown, toleranceMs: unknown): void {
  if (typeof secret !== 'string' || secret.length === 0) {
    const todo = 'pass the secret that was shown when the webhook was made';
    throw invalidOption('verifyWebhook()', 'no secret', 'a string such as whsec_…', todo);
  }
  if (typeof toleranceMs !== 'number' || !(toleranceMs >= 0)) {
    throw invalidOption('verifyWebhook()', 'toleranceMs', 'milliseconds >= 0');
  }
  if (isRaw(body) || isAbsent(body)) return;
  const todo = "read it with express.raw({ type: 'application/json' }), mounted before any express.json()";
  throw invalidOption('verifyWebhook()', 'a body that was parsed', 'the bytes as they were received', todo);
}

/** What express.raw() leaves of a request that has no body or one of another type, which anybody may send. */
function isAbsent(body: unknown): boolean {
  return body === undefined || (typeof body === 'object' && body !== null && Object.keys(body).length === 0);
}

function mac(secret: string, seconds: string, body: string | Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
}
