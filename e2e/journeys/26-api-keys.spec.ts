import { AdminScript } from '../stack/admin-script.js';
import { alive, expect, test } from './test.js';

const OWN = 'org_aster_quant';
const REVOKED_WITHIN_MS = 1_000;

test('a tenant’s admin makes a key that is shown once, works, and opens nothing within a second of its revocation', async ({
  as,
  stack,
}) => {
  const name = `journey ${Date.now()}`;
  const page = await as('aster');
  await page.goto('/my/keys');
  const create = page.getByRole('button', { name: 'Create key' });
  await alive(create);
  await create.click();
  const form = page.getByRole('dialog', { name: 'Create an API key' });
  await form.getByLabel('Name').fill(name);
  await form.getByLabel('Scopes').fill('market:read');
  await form.getByLabel('Reason').fill('A journey tries it');
  await form.getByRole('button', { name: 'Create key' }).click();

  const shown = page.getByRole('dialog', { name: new RegExp(`Copy the key .${name}. now`) });
  await expect(shown).toContainText('You will not see it again');
  const key = (await shown.locator('code').textContent()) ?? '';
  expect(key).toMatch(/^tck_[0-9A-Za-z]{49}$/);
  const status = async () => {
    const answer = await fetch(`${stack.apiUrl}/market/overview`, { headers: { 'X-API-Key': key } });
    await answer.arrayBuffer();
    return answer.status;
  };
  expect(await status()).toBe(200);
  expect(await fetch(`${stack.apiUrl}/market/overview`).then((answer) => answer.status)).toBe(401);

  await shown.getByRole('button', { name: 'I have it' }).click();
  const row = page.getByRole('row').filter({ hasText: name });
  await expect(row).toContainText(key.slice(0, 12));
  await page.reload();
  await expect(row).toBeVisible();
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state]));
  expect((await page.content()) + kept + page.url()).not.toContain(key.slice(13));

  const revoke = row.getByRole('button', { name: `Revoke ${name}` });
  await alive(revoke);
  await revoke.click();
  const confirm = page.getByRole('dialog', { name: new RegExp(`Revoke the key .${name}`) });
  await confirm.getByLabel('Reason').fill('The journey is over');
  await confirm.getByRole('button', { name: 'Revoke key' }).click();
  await expect(row.getByText(/^Revoked/).filter({ visible: true })).toBeVisible();
  const script = new AdminScript(stack);
  const { items } = await script.call<{ items: { name: string; revokedAt: string | null }[] }>(`/tenants/${OWN}/keys`);
  const revokedAtMs = Date.parse(items.find((item) => item.name === name)?.revokedAt ?? '');
  await expect.poll(async () => Date.now() > revokedAtMs + REVOKED_WITHIN_MS).toBe(true);
  expect(await status()).toBe(401);
});

test('a form that is sent empty says all that is missing, and leads to the first', async ({ as }) => {
  const page = await as('aster');
  await page.goto('/my/keys');
  const create = page.getByRole('button', { name: 'Create key' });
  await alive(create);
  await create.click();
  const form = page.getByRole('dialog', { name: 'Create an API key' });
  await form.getByRole('button', { name: 'Create key' }).click();
  await expect(form.getByLabel('Name')).toHaveAccessibleDescription(/Name the program/);
  await expect(form.getByLabel('Reason')).toHaveAccessibleDescription(/Give a reason/);
  await expect(form.getByLabel('Name')).toBeFocused();
  await form.getByLabel('Name').fill('A journey');
  await form.getByRole('button', { name: 'Create key' }).click();
  await expect(form.getByLabel('Reason')).toBeFocused();
  await form.getByLabel('Reason').fill('A journey tries it');
  await form.getByLabel('Scopes').fill('market:read Orders');
  await form.getByRole('button', { name: 'Create key' }).click();
  await expect(form.getByLabel('Scopes')).toHaveAccessibleDescription(/“Orders” is no scope/);
  await expect(form.getByLabel('Scopes')).toBeFocused();
});

test('a key that staff made names nobody to its tenant', async ({ as, stack }) => {
  const name = `staff ${Date.now()}`;
  await new AdminScript(stack).call(`/tenants/${OWN}/keys`, { body: { name, reason: 'A journey tries it' } });
  const rowOf = async (who: 'admin' | 'aster', path: string) => {
    const page = await as(who);
    await page.goto(path);
    const row = page.getByRole('row').filter({ hasText: name });
    await expect(row).toBeVisible();
    return row;
  };
  await expect(await rowOf('admin', `/settings/keys?tenant=${OWN}`)).toContainText('by e2e@example.com');
  await expect(await rowOf('aster', '/my/keys')).not.toContainText(/@example\.com|\bby\b/);
  const file = await (await as('aster')).request.get('/api/my/keys.csv');
  const lines = (await file.text()).split('\n').filter((line) => line.includes(name));
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('e2e@example.com');
});

test('an admin finds the keys of a tenant; a tenant’s reader sees none', async ({ as }) => {
  const page = await as('admin');
  await page.goto('/settings/keys');
  const search = page.getByRole('searchbox', { name: 'Search tenants by name or id' });
  await alive(search);
  await search.fill('aster');
  const found = page.getByRole('table', { name: /^Tenants by name/ }).getByRole('link');
  await expect(found).toHaveCount(1);
  await found.click();
  await expect(page).toHaveURL(new RegExp(`[?&]tenant=${OWN}`));
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/has .*API key/);
  await expect(page.getByRole('button', { name: 'Create key' })).toBeVisible();

  const reader = await as('northwind');
  await reader.goto('/my/keys');
  await expect(reader.getByRole('heading', { name: 'Only tenant admins see API keys' })).toBeVisible();
  await expect(reader.getByRole('button', { name: 'Create key' })).toHaveCount(0);
});
