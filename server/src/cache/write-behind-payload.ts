import type { Codec, Sealer } from '../core/contracts.js';
import type { EntryId } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';

const PLAIN = 0;
const SEALED = 1;
/** No entry has this sequence, so no queued ciphertext passes for an entry, nor an entry's for a queued one. */
const QUEUED = 0;

/** Values as they lie in the queue: the bytes that entries have, sealed where those are. */
export class WriteBehindPayload {
  readonly #codec: Codec;
  readonly #sealer: Sealer | undefined;

  constructor(codec: Codec, sealer: Sealer | undefined) {
    this.#codec = codec;
    this.#sealer = sealer;
  }

  /** @throws TenantCacheError `VALUE_NOT_CACHEABLE` */
  async pack(tenant: TenantId, id: EntryId, value: unknown): Promise<Buffer> {
    const bytes = await this.#codec.encode(value);
    if (this.#sealer === undefined) return Buffer.concat([Buffer.of(PLAIN), bytes]);
    return Buffer.concat([Buffer.of(SEALED), this.#sealer.seal(bytes, { tenant, id, sequence: QUEUED })]);
  }

  /** @throws Error for what was not packed here, altered, or moved to another tenant or entry */
  async unpack(tenant: TenantId, id: EntryId, payload: Buffer): Promise<unknown> {
    const kind = payload[0];
    const bytes = payload.subarray(1);
    if (kind === SEALED && this.#sealer !== undefined) {
      return this.#codec.decode(this.#sealer.open(bytes, { tenant, id, sequence: QUEUED }));
    }
    // Where a sealer is set, whoever can write to the store could plant a plain one.
    if (kind !== PLAIN || this.#sealer !== undefined) throw new Error('not a payload of this queue');
    return this.#codec.decode(bytes);
  }
}
