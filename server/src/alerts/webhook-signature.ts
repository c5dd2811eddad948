import { createHmac, timingSafeEqual } from 'node:crypto';

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
 */
export function verifyWebhook(input: VerifyWebhookInput): boolean {
  const { secret, header, body, toleranceMs = TOLERANCE_MS, nowMs = Date.now() } = input;
  if (typeof header !== 'string' || header.length > MAX_HEADER || secret.length === 0) return false;
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

function mac(secret: string, seconds: string, body: string | Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
}
