import { expect, test } from './test.js';

const TENANT = 'org_quill';
const NAME = 'Quill Markets';
const MIB = 1_048_576;
/** What an entry of the example takes at the most. */
const ENTRY_BYTES = 65_536;
const REASON = 'Moves to the smaller plan on the 1st';

test('an admin lowers a quota and evictions follow in the running API', async ({ as, api }) => {
  test.setTimeout(480_000);
  const used = async () => (await api.usage(TENANT)).usedBytes;
  const expired = () => api.counter('tenantcache_evictions_total', TENANT, 'reason="expired"');
  const evictedBytes = () => api.counter('tenantcache_evicted_bytes_total', TENANT);
  // Its traffic asks for more than its limit of 8 MiB holds.
  await expect.poll(used, { timeout: 120_000 }).toBeGreaterThan(6 * MIB);

  const page = await as('admin');
  await page.goto('/tenants');
  await page.getByRole('link', { name: `Edit the quota of ${NAME}` }).click();
  await page.getByLabel('Quota', { exact: true }).fill('3');
  const preview = page.getByRole('region', { name: 'Preview' });
  await expect(preview).toContainText('Saving evicts');
  await expect(preview).toContainText(/8\sMiB.*5\sMiB/);

  const save = page.getByRole('button', { name: /^Lower quota, evict/ });
  await save.click();
  await expect(page.getByText('Say why. The audit log keeps it beside the change.')).toBeVisible();
  await expect(page.getByText('Tick this to go on: the present use is above the new limit.')).toBeVisible();
  expect((await api.usage(TENANT)).quotaBytes).toBe(6 * MIB);

  await page.getByLabel('Reason').fill(REASON);
  await page.getByRole('checkbox', { name: /^Evict .* of Quill Markets now/ }).check();
  const [usedBefore, evictedBefore, expiredBefore] = await Promise.all([used(), evictedBytes(), expired()]);
  await save.click();
  // It goes after some seconds.
  const told = page.getByText(`Quota of ${NAME} saved`).waitFor();
  const askedAtMs: number[] = [];
  await expect
    .poll(
      async () => {
        askedAtMs.push(Date.now());
        return (await api.get(TENANT, '/me/usage')).quotaBytes;
      },
      { intervals: [20] },
    )
    .toBe(3 * MIB);
  const { quota } = (await api.tenants()).find(({ tenantId }) => tenantId === TENANT) ?? {};
  expect(quota).toMatchObject({ quotaMb: 3, overageLimitMb: 2 });
  // Within a second: a machine that stands still asks once in that time, where a quota that comes late is asked for often.
  const changedAtMs = Date.parse(quota?.changedAt ?? '');
  expect(askedAtMs.filter((atMs) => atMs > changedAtMs).length).toBeLessThan(1_000 / 20);
  await told;

  await expect.poll(used).toBeLessThanOrEqual(5 * MIB);
  // What had come to its end meanwhile was not evicted. Both are counted once the store has answered, by when the use is lower.
  const goneBytes = async () =>
    (await evictedBytes()) - evictedBefore + ((await expired()) - expiredBefore) * ENTRY_BYTES;
  await expect.poll(goneBytes).toBeGreaterThanOrEqual(usedBefore - 5 * MIB);

  await expect(page.getByRole('heading', { level: 1 })).toContainText(NAME);

  await page.goto('/audit');
  const row = page.getByRole('row').filter({ hasText: REASON });
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('admin@example.com');
  await expect(row).toContainText('Quota lowered');
  await expect(row.getByRole('link', { name: NAME })).toBeVisible();
  await expect(row).toContainText(/from 6.*to 3\sMiB/);
});
