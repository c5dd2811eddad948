import { expect } from '@playwright/test';
import type { Api } from './api.js';
import { whileStopped } from './processes.js';
import { readRedis } from './redis-entries.js';
import type { Stack } from './stack.js';

interface Difference {
  tenantId: string;
  counted: { bytes: number; entries: number };
  alive: { bytes: number; entries: number };
}

/** Holds the traffic, and compares what is counted for each tenant with what is in Redis, entry by entry. */
export async function expectExactBytes(stack: Stack, api: Api): Promise<void> {
  await whileStopped(stack.dataDirectory, 'traffic', async () => {
    // An entry may expire between two looks, and what was under way may still be written: then the next look agrees.
    await expect.poll(() => differences(stack, api), { intervals: [500] }).toEqual([]);
  });
}

async function differences({ redisUrl }: Stack, api: Api): Promise<Difference[]> {
  const tenants = await api.tenants();
  const usages = await Promise.all(tenants.map(({ tenantId }) => api.usage(tenantId)));
  const { bytesOf, entriesOf, foreign } = await readRedis(redisUrl);
  expect(foreign, 'keys outside the grammar').toEqual([]);
  expect([...bytesOf.keys()].filter((id) => !tenants.some(({ tenantId }) => tenantId === id))).toEqual([]);
  expect(bytesOf.size, 'tenants with entries').toBeGreaterThan(0);
  return tenants
    .map(({ tenantId }, index) => ({
      tenantId,
      counted: { bytes: usages[index]?.usedBytes ?? -1, entries: usages[index]?.entries ?? -1 },
      alive: { bytes: bytesOf.get(tenantId) ?? 0, entries: entriesOf.get(tenantId) ?? 0 },
    }))
    .filter(({ counted, alive }) => counted.bytes !== alive.bytes || counted.entries !== alive.entries);
}
