import type { Page } from '@playwright/test';
import type { Api } from '../stack/api.js';
import { alive, expect, test } from './test.js';

const SMALL = 'watchlists';
const LARGE = 'top-symbols';

interface Run {
  state: string;
  startedBy: string | null;
  total: number | null;
  done: number;
  failed: number;
  skipped: number;
}

/** Its schedule begins a run of its own now and then: of one job only one run is under way. */
async function idle(api: Api, job: string): Promise<void> {
  const busy = async () => {
    const { items: runs } = await api.ask<{ items: { id: string }[] }>(`/warming/runs?job=${job}&state=running`);
    const reason = 'a journey starts one by hand';
    // One that ended in between is not there to be cancelled.
    for (const { id } of runs) await api.ask(`/warming/runs/${id}/cancel`, { reason }).catch(() => undefined);
    const { items: jobs } = await api.ask<{ items: { name: string; nextAt: string }[] }>('/warming/jobs');
    const nextAt = jobs.find(({ name }) => name === job)?.nextAt ?? '';
    return runs.length > 0 || Date.parse(nextAt) - Date.now() < 15_000;
  };
  await expect.poll(busy).toBe(false);
}

/** @returns the id of the run */
async function start(page: Page, job: string, reason: string): Promise<string> {
  const button = page.getByRole('button', { name: `Start ${job}` });
  await alive(button);
  await button.click();
  const dialog = page.getByRole('dialog', { name: `Start ${job}` });
  await dialog.getByRole('button', { name: `Start ${job}` }).click();
  await expect(dialog).toContainText('Give a reason');
  await dialog.getByLabel('Reason').fill(reason);
  await dialog.getByRole('button', { name: `Start ${job}` }).click();
  await page.waitForURL(/\/warming\/[0-9a-f-]{36}$/);
  return page.url().split('/').at(-1) ?? '';
}

const runOf = (api: Api, id: string) => api.ask<Run>(`/warming/runs/${id}`);
const through = ({ done, failed, skipped }: Run) => done + failed + skipped;

test('a warm-up is started by hand, its progress is seen, and it ends as the API says', async ({ as, api }) => {
  test.setTimeout(240_000);
  const page = await as('admin');
  await page.goto('/warming');
  await idle(api, SMALL);
  const id = await start(page, SMALL, 'a journey looks at its progress');

  const heading = page.getByRole('heading', { level: 1 });
  await expect(heading).toHaveText(/^watchlists (loaded|found|could not load)/, { timeout: 120_000 });
  const run = await runOf(api, id);
  expect(run).toMatchObject({ state: 'done', startedBy: 'admin@example.com' });
  const bar = page.getByRole('progressbar', { name: `Progress of ${SMALL}` });
  await expect(bar).toHaveAttribute('aria-valuetext', `${through(run)} of ${run.total}`);
  const facts = page.getByRole('region', { name: 'What came of the targets' });
  for (const [name, figure] of [
    ['Loaded', run.done],
    [/^Skipped/, run.skipped],
    ['Failed to load', run.failed],
  ] as const) {
    const row = facts.locator('dl > div', { has: page.getByText(name, { exact: typeof name === 'string' }) });
    await expect(row.getByRole('definition')).toHaveText(figure.toLocaleString('en-US'));
  }
});

test('a warm-up that is under way is cancelled', async ({ as, api }) => {
  test.setTimeout(240_000);
  const page = await as('admin');
  await page.goto('/warming');
  await idle(api, LARGE);
  // With nothing fresh all targets have to be loaded, which the rate of the job keeps from being done at once.
  await api.ask('/shared/market/invalidate', { all: true, reason: 'a journey wants a warm-up that has work' });
  const id = await start(page, LARGE, 'a journey is going to cancel it');

  await page.getByRole('button', { name: `Cancel ${LARGE}` }).click();
  const dialog = page.getByRole('dialog', { name: `Cancel ${LARGE}` });
  await dialog.getByLabel('Reason').fill('the journey is over');
  await dialog.getByRole('button', { name: 'Cancel the run' }).click();

  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^top-symbols was cancelled after/);
  const run = await runOf(api, id);
  expect(run.state).toBe('cancelled');
  expect(through(run)).toBeLessThan(run.total ?? Number.POSITIVE_INFINITY);
  await expect(page.getByRole('button', { name: `Cancel ${LARGE}` })).toHaveCount(0);
  await page.goto(`/warming?job=${LARGE}&state=cancelled`);
  await expect(page.locator(`a[href="/warming/${id}"]`).first()).toBeVisible();
});
