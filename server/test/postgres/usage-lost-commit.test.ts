import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { COUNTER_NAMES, type CounterValues } from '../../src/core/counters.js';
import { tenantId } from '../../src/core/tenant-id.js';
import type { UsagePart } from '../../src/core/usage-part.js';
import { postgresUsage } from '../../src/postgres/index.js';
import { CommitEater } from './commit-eater.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const DATE = '2026-11-20';
const TENANT = tenantId('unanswered');
const SPAN = { fromDate: DATE, toDate: DATE };

const counters = (count: number): CounterValues =>
  Object.fromEntries(COUNTER_NAMES.map((name) => [name, count])) as CounterValues;

const part = (count: number): UsagePart => ({
  tenantId: TENANT,
  processEpoch: 'p1',
  date: DATE,
  day: counters(count),
  resources: { prices: counters(count) },
  bucketStartMs: Date.parse(DATE),
  bucketMs: 300_000,
  bucket: counters(count),
  usedBytes: count,
  entries: 1,
  quotaBytes: 9,
  hardLimitBytes: 9,
});

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

it('a merge whose COMMIT was not answered is merged again, with what came since, and doubles nothing', async () => {
  const wire = new CommitEater(new URL(test.adminUrl));
  const sink = postgresUsage({ url: test.appUrl, adminUrl: await wire.open(test.adminUrl), poolSize: 2 });
  await sink.merge([part(3)]);
  wire.armed = true;
  await expect(sink.merge([part(5)])).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' });
  expect(wire.eaten).toBe(1);
  // It was committed; nobody heard of it.
  expect(await sink.reader?.days(TENANT, SPAN)).toMatchObject([{ requests: 5 }]);
  for (const count of [5, 5, 8]) expect(await sink.merge([part(count)])).toEqual({ lateParts: 0 });
  expect(await sink.reader?.days(TENANT, SPAN)).toMatchObject([{ requests: 8 }]);
  expect(await sink.reader?.resources(TENANT, SPAN)).toMatchObject([{ requests: 8 }]);
  const samples = await sink.reader?.samples(TENANT, { fromMs: 0, toMs: Date.now(), stepMs: 300_000 });
  expect(samples).toMatchObject([{ requests: 8, usedBytes: 8 }]);
  await sink.close();
  wire.close();
});
