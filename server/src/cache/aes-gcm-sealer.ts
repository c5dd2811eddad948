import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import type { EncryptionSettings } from '../core/codec-options.js';
import type { SealContext, Sealer } from '../core/contracts.js';
import { fail } from '../core/errors.js';
import type { TenantId } from '../core/tenant-id.js';
import { UnreadableEntry } from '../core/unreadable.js';

const VERSION = 1;
const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Derived keys held at once, per key id: deriving one takes some microseconds. */
const MAX_TENANT_KEYS = 10_000;

/**
 * AES-256-GCM. Layout: version, length of the key id, key id, nonce, ciphertext, tag. All before the nonce, the tenant,
 * the entry and its sequence are authenticated, so a ciphertext opens nowhere but where it was sealed. Each tenant has a
 * key of its own, by HKDF-SHA256 (RFC 5869) from the configured one.
 */
export function aesGcmSealer({ keys, activeKeyId }: EncryptionSettings): Sealer {
  const rings = new Map([...keys].map(([keyId, master]) => [keyId, new TenantKeys(keyId, master)]));
  const active = rings.get(activeKeyId);
  if (active === undefined) throw fail('OPTION_INVALID', { given: 'an activeKeyId without its key' });

  return {
    seal(payload, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, active.of(context.tenant), nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(associatedData(active.header, context));
      const body = cipher.update(payload);
      cipher.final();
      return Buffer.concat([active.header, nonce, body, cipher.getAuthTag()]);
    },
    /** @throws UnreadableEntry `sealed`, `unknown-key` */
    open(sealed, context) {
      const keyId = keyIdOf(sealed);
      const ring = rings.get(keyId);
      if (ring === undefined) throw new UnreadableEntry('unknown-key');
      const start = ring.header.length + NONCE_BYTES;
      const end = sealed.length - TAG_BYTES;
      if (end < start) throw new UnreadableEntry('sealed');
      const nonce = sealed.subarray(ring.header.length, start);
      const decipher = createDecipheriv(ALGORITHM, ring.of(context.tenant), nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(associatedData(ring.header, context));
      decipher.setAuthTag(sealed.subarray(end));
      const payload = decipher.update(sealed.subarray(start, end));
      try {
        decipher.final();
      } catch {
        throw new UnreadableEntry('sealed');
      }
      return payload;
    },
  };
}

function keyIdOf(sealed: Buffer): string {
  if (sealed[0] !== VERSION || sealed.length < 2) throw new UnreadableEntry('sealed');
  return sealed.toString('latin1', 2, 2 + (sealed[1] as number));
}

/** Every part of variable length follows its length, so no two contexts spell the same bytes. */
export function associatedData(header: Buffer, { tenant, id, sequence }: SealContext): Buffer {
  const tenantBytes = Buffer.byteLength(tenant);
  const idBytes = Buffer.byteLength(id);
  const data = Buffer.allocUnsafe(header.length + 12 + tenantBytes + idBytes);
  let at = header.copy(data);
  at = data.writeUInt16BE(tenantBytes, at);
  at += data.write(tenant, at);
  at = data.writeUInt16BE(idBytes, at);
  at += data.write(id, at);
  // A safe integer has 53 bits.
  at = data.writeUInt32BE(Math.floor(sequence / 2 ** 32), at);
  data.writeUInt32BE(sequence >>> 0, at);
  return data;
}

/** One configured key and what was derived from it. */
class TenantKeys {
  readonly header: Buffer;
  readonly #master: KeyObject;
  readonly #derived = new Map<TenantId, KeyObject>();

  constructor(keyId: string, master: KeyObject) {
    this.header = Buffer.concat([Buffer.of(VERSION, keyId.length), Buffer.from(keyId, 'latin1')]);
    this.#master = master;
  }

  of(tenant: TenantId): KeyObject {
    const known = this.#derived.get(tenant);
    if (known !== undefined) return known;
    if (this.#derived.size >= MAX_TENANT_KEYS) {
      for (const oldest of this.#derived.keys()) {
        this.#derived.delete(oldest);
        break;
      }
    }
    const info = Buffer.concat([Buffer.from('tenantcache entry key '), this.header, Buffer.from(tenant)]);
    const bytes = Buffer.from(hkdfSync('sha256', this.#master, Buffer.alloc(0), info, KEY_BYTES));
    const key = createSecretKey(bytes);
    bytes.fill(0);
    this.#derived.set(tenant, key);
    return key;
  }
}
