import { randomBytes } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { aesGcmSealer } from '../../../src/cache/aes-gcm-sealer.js';
import { SealedWriter } from '../../../src/cache/sealed-writer.js';
import { SharedTier } from '../../../src/cache/shared-tier.js';
import { resolveEncryption } from '../../../src/core/codec-options.js';
import { limitsOf } from '../../../src/core/quota.js';
import { entryId } from '../../../src/core/resource.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { MemorySharedStore } from '../../../src/testing/memory-shared-store.js';

const tenant = tenantId('a');

/** Somebody takes the lease away before the first write of each entry. */
class Overtaken extends MemorySharedStore {
  readonly #overtaken = new Set<string>();
  override async write(...[of, id, body, limits, lease]: Parameters<MemorySharedStore['write']>) {
    if (lease && !this.#overtaken.has(id)) {
      this.#overtaken.add(id);
      await this.release(of, id, lease);
    }
    return super.write(of, id, body, limits, lease);
  }
}

it('tells what a write heard that came to nothing: what had expired, and the threshold that was passed', async () => {
  let nowMs = Date.now();
  const store = new Overtaken({ now: () => nowMs });
  const limits = limitsOf({ quotaBytes: 10_000 });
  const body = { payload: Buffer.alloc(850), ttlMs: 10_000, graceMs: 0 };
  for (let n = 0; n < 9; n++) await store.write(tenant, entryId('r', `k${n}`), body, limits);
  nowMs += 20_000;
  const sealer = aesGcmSealer(resolveEncryption('test', { keys: { now: randomBytes(32) }, activeKeyId: 'now' }));
  const writer = new SealedWriter(new SharedTier(store, () => {}), sealer);
  const outcome = await writer.write(
    tenant,
    entryId('r', 'new'),
    { ...body, payload: Buffer.alloc(8) },
    limits,
    undefined,
  );
  expect(outcome).toMatchObject({ status: 'stored', expiredEntries: 9, entries: 1 });
  expect(outcome?.crossing).toMatchObject({ to: 'ok' });
  expect(outcome?.crossing?.from).not.toBe('ok');
});
