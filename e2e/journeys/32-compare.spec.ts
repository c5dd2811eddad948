import { alive, expect, test } from './test.js';

interface Reading {
  readonly frame: {
    readonly times: number[];
    readonly stepMs: number;
    readonly values: Record<string, (number | null)[]>;
  };
  readonly asked: { readonly fromMs: number; readonly toMs: number };
  readonly previous?: { readonly recorded: number; readonly values: Record<string, (number | null)[]> };
}

const read = (body: unknown) => body as Reading;

test('the period before lies beside the one in view, and its values are those of that time', async ({ as }) => {
  const page = await as('admin');
  await page.goto('/?range=24h');
  const compare = page.getByRole('button', { name: 'Compare with: previous day' });
  await alive(compare);
  await compare.click();
  await expect(page).toHaveURL(/[?&]compare=1/);
  await expect(compare).toHaveAttribute('aria-pressed', 'true');

  // Two halves of a stretch that the stack has recorded: what the second calls the period before is the first.
  const now = Date.now();
  const [start, middle, end] = [now - 10 * 60_000, now - 5 * 60_000, now].map((at) => Math.floor(at / 60_000) * 60_000);
  const between = (from = 0, to = 0) => `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
  const get = async (query: string) => read(await (await page.request.get(`/api/overview/bytes?${query}`)).json());
  const [before, after] = [await get(between(start, middle)), await get(`${between(middle, end)}&compare=1`)];
  expect(before.previous).toBeUndefined();
  expect(after.previous?.values.usedBytes).toHaveLength(after.frame.times.length);
  const shiftMs = (end ?? 0) - (middle ?? 0);
  const known = new Map(before.frame.times.map((at, index) => [at, before.frame.values.usedBytes?.[index] ?? null]));
  const pairs = after.frame.times.flatMap((at, index) => {
    const then = known.get(at - shiftMs) ?? null;
    const shown = after.previous?.values.usedBytes?.[index] ?? null;
    return then === null || shown === null ? [] : [[shown, then]];
  });
  // A stack that has just started has nothing from then, and must not claim to.
  expect(pairs.length > 0).toBe([...known.values()].some((value) => value !== null));
  for (const [shown, then] of pairs) expect(shown).toBe(then);
});

test('where nothing was recorded before, the chart says so and draws no line', async ({ as }) => {
  const page = await as('admin');
  await page.goto('/?range=30d&compare=1');
  const figure = page.getByRole('figure').first();
  await expect(figure).toContainText('Nothing was recorded in the previous 30 days', { timeout: 60_000 });
  await expect(figure.getByRole('list')).not.toContainText('Previous 30 days');
});
