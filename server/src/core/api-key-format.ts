import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ApiKeySecret } from './api-keys.js';

/** What every key begins with, so that people and secret scanners recognise one. */
export const API_KEY_MARK = 'tck_';
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^43 > 2^256. */
const RANDOM_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const PREFIX_LENGTH = 12;
const BODY_LENGTH = API_KEY_MARK.length + RANDOM_LENGTH;
export const API_KEY_LENGTH = BODY_LENGTH + CHECKSUM_LENGTH;
const SHAPE = new RegExp(`^${API_KEY_MARK}[0-9A-Za-z]{${RANDOM_LENGTH + CHECKSUM_LENGTH}}$`);

/** `tck_`, 43 random characters (256 bits), and a CRC-32 of both in 6, all in base 62. */
export function newApiKey(): string {
  let key = API_KEY_MARK;
  while (key.length < BODY_LENGTH) {
    // 248 is the greatest multiple of 62 in a byte: above it, some characters would come more often.
    for (const byte of randomBytes(64)) if (byte < 248 && key.length < BODY_LENGTH) key += ALPHABET[byte % 62];
  }
  return key + checksum(key);
}

/** Whether it can be one of ours: a typo, or a text that is no key, is refused without a look-up. */
export function isApiKey(text: string): boolean {
  return (
    text.length === API_KEY_LENGTH &&
    SHAPE.test(text) &&
    checksum(text.slice(0, BODY_LENGTH)) === text.slice(BODY_LENGTH)
  );
}

/**
 * What is kept of a key. A fast hash is right here: slow ones make guessing passwords dear, and nobody guesses 256 random
 * bits; whoever reads the table can go back from it to no key. As what is compared is a hash of what was sent, the time
 * that a comparison takes tells nothing of the key either.
 */
export function apiKeySecret(key: string): ApiKeySecret {
  return { prefix: key.slice(0, PREFIX_LENGTH), digest: hash('sha256', key, 'buffer') };
}

function checksum(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let place = 0; place < CHECKSUM_LENGTH; place++) {
    text = ALPHABET[rest % 62] + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}
