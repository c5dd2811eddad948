import type { CodecSettings } from '../core/codec-options.js';
import type { Codec, Sealer } from '../core/contracts.js';
import { aesGcmSealer } from './aes-gcm-sealer.js';
import { compressingCodec } from './compressing-codec.js';
import { createJsonCodec } from './json-codec.js';

/** What stands between a value and the shared store: codec, compression, encryption, in that order. */
export function openCodec(settings: CodecSettings): { readonly codec: Codec; readonly sealer: Sealer | undefined } {
  return {
    codec: compressingCodec(settings.codec ?? createJsonCodec(settings.maxDecodedBytes), settings),
    sealer: settings.encryption && aesGcmSealer(settings.encryption),
  };
}
