import { describe, expect, it } from '@jest/globals';
import { TenantVisits } from '../../../src/cache/tenant-visits.js';
import type { TenantRecord } from '../../../src/core/directory.js';
import { fail } from '../../../src/core/errors.js';
import { DEFAULT_FLEET } from '../../../src/core/fleet.js';
import type { Enforcement } from '../../../src/core/quota.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { countingEngine } from '../../fakes/counting-engine.js';

const TENANT = tenantId('a');

/** Visits to a tenant that this process does not have open. */
async function open(find: () => Promise<TenantRecord>) {
  const engine = countingEngine();
  await engine.handle('a').set('r', 'k', 'x'.repeat(500), { ttl: '1h' });
  await engine.pass();
  const told: [usedBytes: number, quotaBytes: number][] = [];
  const visits = new TenantVisits({
    store: engine.store,
    source: { find },
    rollout: () => DEFAULT_FLEET,
    registry: engine.registry,
    figures: engine.engine.figures,
  });
  visits.onUse = (_tenant, usedBytes, quotaBytes) => told.push([usedBytes, quotaBytes]);
  return { engine, visits, told };
}

const recordOf = (enforcement: Enforcement) => async () =>
  ({ tenantId: TENANT, settings: { quotaBytes: 10_000, enforcement }, suspended: false }) as unknown as TenantRecord;

describe('a visit tells what a tenant uses of its quota', () => {
  it('where it has one', async () => {
    const { visits, told } = await open(recordOf('hard'));
    const { usedBytes } = await visits.visit(TENANT, true);
    expect(usedBytes).toBeGreaterThan(500);
    expect(told).toEqual([[usedBytes, 10_000]]);
  });

  it.each([
    ['its keys are gone', recordOf('hard'), true],
    ['it is not enforced any more', recordOf('off'), false],
    ['nobody knows it any more', async () => Promise.reject(fail('TENANT_NOT_FOUND')), false],
  ])('nothing of it where %s', async (_name, find, emptied) => {
    const { engine, visits, told } = await open(find);
    if (emptied) await engine.store.clear(TENANT);
    await visits.visit(TENANT, true);
    expect(told.at(-1)).toEqual([0, Number.POSITIVE_INFINITY]);
  });

  it('nothing at all where the directory is away: what was known stands', async () => {
    const { visits, told } = await open(async () => Promise.reject(fail('DIRECTORY_UNAVAILABLE')));
    await visits.visit(TENANT, true);
    expect(told).toEqual([]);
  });
});
