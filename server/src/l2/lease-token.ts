import { randomFillSync } from 'node:crypto';
import type { Lease } from '../core/contracts.js';

const TOKEN_BYTES = 16;
const TOKEN = /^[0-9a-f]{32}$/;
/** What no lease is held by. */
const NO_TOKEN = '-';

const pool = Buffer.allocUnsafe(TOKEN_BYTES * 256);
let poolAt = pool.length;

/** 128 random bits. Drawn 256 at a time, for a draw costs more than a token. */
export function newToken(): string {
  if (poolAt === pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  poolAt += TOKEN_BYTES;
  return pool.toString('hex', poolAt - TOKEN_BYTES, poolAt);
}

const MAX_SEQUENCE = 2 ** 48 - 1;

export function sequenceOf(lease: Lease | undefined): number | undefined {
  const sequence = lease?.sequence;
  return Number.isSafeInteger(sequence) && (sequence as number) >= 0 && (sequence as number) <= MAX_SEQUENCE
    ? sequence
    : undefined;
}

/** The token of a lease that this module may have made, else one that never stands. */
export function tokenOf({ token }: Lease): string {
  return TOKEN.test(token) ? token : NO_TOKEN;
}
