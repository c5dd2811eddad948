import type { Codec, Sealer, SharedStore, StoredEntry } from '../core/contracts.js';
import type { EntryDescription, EntryValue } from '../core/entries.js';
import { assertResourceName, type EntryId, entryId } from '../core/resource.js';
import { storedMember, storedSizeBytes } from '../core/stored-size.js';
import type { TenantId } from '../core/tenant-id.js';
import { unreadableReason } from '../core/unreadable.js';
import { packedForm } from './compressing-codec.js';
import { readPayload } from './sealed-payload.js';
import { patiently } from './settled-usage.js';
import { shownValue } from './shown-value.js';

export interface InspectorParts {
  readonly store: Pick<SharedStore, 'get'>;
  readonly codec: Codec;
  readonly sealer: Sealer | undefined;
}

interface Found {
  readonly stored: StoredEntry;
  readonly description: EntryDescription;
}

/** Looks at single entries as a reader would see them, and counts nothing: neither as a request nor as a use. */
export class EntryInspector {
  readonly #parts: InspectorParts;

  constructor(parts: InspectorParts) {
    this.#parts = parts;
  }

  async describe(tenant: TenantId, resource: string, key: string): Promise<EntryDescription | undefined> {
    return (await this.#find(tenant, resource, key))?.description;
  }

  async value(tenant: TenantId, resource: string, key: string, maxBytes: number): Promise<EntryValue | undefined> {
    const found = await this.#find(tenant, resource, key);
    if (found === undefined) return undefined;
    const { stored, description: entry } = found;
    if (entry.unreadable !== undefined) return { entry, value: { shown: false, why: 'unreadable' } };
    // By what it says of itself, before a byte is unpacked.
    if ((entry.valueBytes ?? 0) > maxBytes) return { entry, value: { shown: false, why: 'too-large' } };
    const { codec, sealer } = this.#parts;
    const decoded = await readPayload(codec, sealer, { tenant, id: idOf(resource, key), clean: true }, stored);
    if ('reason' in decoded) {
      return { entry: { ...entry, unreadable: decoded.reason }, value: { shown: false, why: 'unreadable' } };
    }
    return { entry, value: shownValue(decoded.value, maxBytes) };
  }

  async #find(tenant: TenantId, resource: string, key: string): Promise<Found | undefined> {
    const id = idOf(resource, key);
    const stored = await patiently(() => this.#parts.store.get(tenant, id));
    const nowMs = Date.now();
    if (stored === undefined || stored.createdAtMs + stored.ttlMs + stored.graceMs <= nowMs) return undefined;
    const { createdAtMs, ttlMs, graceMs, tags = [], sequence, loadMs, priority = 0, sealed = false } = stored;
    const freshUntilMs = createdAtMs + ttlMs;
    const description: EntryDescription = {
      resource,
      key,
      sizeBytes: storedSizeBytes(tenant, storedMember(id), stored),
      createdAtMs,
      freshUntilMs,
      expiresAtMs: freshUntilMs + graceMs,
      ageMs: Math.max(0, nowMs - createdAtMs),
      state: freshUntilMs > nowMs ? 'fresh' : 'grace',
      tags,
      sequence,
      loadMs,
      priority,
      payloadBytes: stored.payload.length,
      sealed,
      ...this.#packing(tenant, id, stored),
    };
    return { stored, description };
  }

  #packing(tenant: TenantId, id: EntryId, { payload, sequence, sealed = false }: StoredEntry) {
    const { sealer } = this.#parts;
    const closed = { valueBytes: undefined, compression: undefined } as const;
    if (sealed !== (sealer !== undefined)) return { ...closed, unreadable: sealed ? 'unknown-key' : 'not-sealed' };
    try {
      const plain = sealer === undefined ? payload : sealer.open(payload, { tenant, id, sequence });
      return { ...packedForm(plain), unreadable: undefined };
    } catch (error) {
      return { ...closed, unreadable: unreadableReason(error) };
    }
  }
}

function idOf(resource: string, key: string): EntryId {
  assertResourceName(resource);
  return entryId(resource, key);
}
