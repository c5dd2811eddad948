import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Codec } from './contracts.js';
import { assertOptionNames, invalidOption } from './options.js';

export const COMPRESSION_ALGORITHMS = ['brotli', 'deflate'] as const;
export type CompressionAlgorithm = (typeof COMPRESSION_ALGORITHMS)[number];

export interface CompressionOptions {
  /** Smaller payloads are stored as they are. Default 8 KiB. */
  thresholdBytes?: number;
  /** Default: `deflate` for payloads below 64 KiB, `brotli` from there, by the figures of ADR 5. */
  algorithm?: CompressionAlgorithm;
}

export interface EncryptionOptions {
  /** 32 random bytes each, as bytes, 64 hexadecimal digits or base64, by an id that is stored with every entry. */
  keys: Readonly<Record<string, Uint8Array | string>>;
  /** Seals what is written from now on; the other keys only open what they sealed before. */
  activeKeyId: string;
}

export interface CodecOptions {
  /** In place of JSON. */
  codec?: Codec;
  compression?: CompressionOptions | false;
  /** Largest value, in encoded bytes before compression. Default 64 MiB, at most 256 MiB. */
  maxDecodedBytes?: number;
  /** Omitted: entries are stored in the clear. */
  encryption?: EncryptionOptions;
}

export const CODEC_OPTION_NAMES = ['codec', 'compression', 'maxDecodedBytes', 'encryption'] as const;

export interface CompressionSettings {
  readonly thresholdBytes: number;
  /** Undefined: by size. */
  readonly algorithm: CompressionAlgorithm | undefined;
}

export interface EncryptionSettings {
  readonly keys: ReadonlyMap<string, KeyObject>;
  readonly activeKeyId: string;
}

export interface CodecSettings {
  readonly codec: Codec | undefined;
  readonly compression: CompressionSettings | undefined;
  readonly maxDecodedBytes: number;
  readonly encryption: EncryptionSettings | undefined;
}

const MIB = 1024 * 1024;
const MAX_DECODED_BYTES = 256 * MIB;
export const DEFAULT_MAX_DECODED_BYTES = 64 * MIB;
const DEFAULT_THRESHOLD_BYTES = 8 * 1024;
const KEY_BYTES = 32;
const KEY_ID_PATTERN = /^[A-Za-z0-9._-]{1,64}$/;
const KEY_FORMS = `${KEY_BYTES} random bytes, as bytes, 64 hexadecimal digits or base64`;
const MAKE_KEY = 'make one with: openssl rand -base64 32';

/** @throws TenantCacheError `OPTION_INVALID`, which never shows a key */
export function resolveCodecOptions(where: string, options: CodecOptions): CodecSettings {
  const { codec, compression = {}, maxDecodedBytes = DEFAULT_MAX_DECODED_BYTES, encryption } = options;
  return Object.freeze({
    codec,
    compression: compression === false ? undefined : resolveCompression(where, compression),
    maxDecodedBytes: wholeNumber(where, 'maxDecodedBytes', maxDecodedBytes, 1, MAX_DECODED_BYTES),
    encryption: encryption === undefined ? undefined : resolveEncryption(where, encryption),
  });
}

function resolveCompression(where: string, options: CompressionOptions): CompressionSettings {
  assertOptionNames(`${where} compression`, options, ['thresholdBytes', 'algorithm']);
  const { thresholdBytes = DEFAULT_THRESHOLD_BYTES, algorithm } = options;
  if (algorithm !== undefined && !COMPRESSION_ALGORITHMS.includes(algorithm)) {
    throw invalidOption(where, `compression.algorithm: ${String(algorithm)}`, COMPRESSION_ALGORITHMS.join(', '));
  }
  return Object.freeze({
    thresholdBytes: wholeNumber(where, 'compression.thresholdBytes', thresholdBytes, 0, MAX_DECODED_BYTES),
    algorithm,
  });
}

/** @throws TenantCacheError `OPTION_INVALID`, which never shows a key */
export function resolveEncryption(where: string, options: EncryptionOptions): EncryptionSettings {
  assertOptionNames(`${where} encryption`, options, ['keys', 'activeKeyId']);
  const given: unknown = options.keys;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalidOption(where, 'encryption.keys: no object', `{ '2026-11': ${KEY_FORMS} }`, MAKE_KEY);
  }
  const keys = new Map<string, KeyObject>();
  for (const [keyId, key] of Object.entries(given)) {
    // A key in the place of its id must not be shown either.
    if (!KEY_ID_PATTERN.test(keyId)) {
      throw invalidOption(where, `encryption.keys: an id of ${keyId.length} characters`, String(KEY_ID_PATTERN));
    }
    keys.set(keyId, secretKey(where, keyId.length > 20 ? 'a key' : `the key ${keyId}`, key));
  }
  if (!keys.has(options.activeKeyId)) {
    throw invalidOption(where, 'encryption.activeKeyId that is not in encryption.keys', 'the id of one of the keys');
  }
  return Object.freeze({ keys, activeKeyId: options.activeKeyId });
}

function secretKey(where: string, name: string, given: unknown): KeyObject {
  const bytes = keyBytes(given);
  if (bytes === undefined) {
    const what = typeof given === 'string' ? `a string of ${given.length} characters` : typeof given;
    throw invalidOption(where, `encryption.keys: ${name} is ${what}`, KEY_FORMS, MAKE_KEY);
  }
  if (bytes.every((byte) => byte === bytes[0])) {
    throw invalidOption(where, `encryption.keys: ${name} is one byte repeated`, KEY_FORMS, MAKE_KEY);
  }
  return createSecretKey(bytes);
}

function keyBytes(given: unknown): Buffer | undefined {
  if (given instanceof Uint8Array) return given.length === KEY_BYTES ? Buffer.from(given) : undefined;
  if (typeof given !== 'string') return undefined;
  if (/^[0-9a-fA-F]{64}$/.test(given)) return Buffer.from(given, 'hex');
  // Buffer reads both alphabets of base64, and skips what belongs to neither: so the form is checked first.
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(given) ? Buffer.from(given, 'base64') : undefined;
}

function wholeNumber(where: string, name: string, value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw invalidOption(
    where,
    `${name}: ${typeof value === 'number' ? value : typeof value}`,
    `a whole number from ${min} to ${max}`,
  );
}
