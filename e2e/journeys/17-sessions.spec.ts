import { alive, expect, fillSignIn, test } from './test.js';

test('an account is made, its sessions end from elsewhere and with a new password, and it is removed', async ({
  as,
  browser,
  stack,
}) => {
  const email = `visitor-${Date.now()}@example.com`;
  const chosen = 'four plain long words';
  const admin = await as('admin');
  await admin.goto('/settings/people');
  const add = admin.getByRole('button', { name: 'Add a person' });
  await alive(add);
  await add.click();
  const dialog = admin.getByRole('dialog');
  await dialog.getByLabel('E-mail').fill(email);
  await dialog.getByLabel('Name').fill('A visitor');
  await dialog.getByRole('button', { name: 'Add' }).click();
  const oneTime = (await admin.getByTestId('one-time-password').textContent()) ?? '';
  await admin.getByRole('button', { name: 'I have it' }).click();

  const here = await browser.newPage({ baseURL: stack.dashboardUrl });
  await here.goto('/login');
  await fillSignIn(here, email, oneTime);
  await expect(here.getByRole('heading', { name: 'Choose your password' })).toBeVisible();
  expect((await here.request.get('/api/overview/figures')).status()).toBe(401);
  await alive(here.getByLabel('Present password'));
  await here.getByLabel('Present password').fill(oneTime);
  await here.getByLabel('New password', { exact: true }).fill(chosen);
  await here.getByLabel('New password again').fill(chosen);
  await here.getByRole('button', { name: 'Change password' }).click();
  await here.waitForURL((url) => url.pathname === '/');

  const there = await browser.newPage({ baseURL: stack.dashboardUrl });
  await there.goto('/login');
  await fillSignIn(there, email, chosen);
  await there.waitForURL((url) => url.pathname === '/');
  await here.goto('/account');
  const end = here.getByRole('button', { name: /^End the session of / });
  await alive(end);
  await end.click();
  await expect(here.getByText('You are signed in here and nowhere else')).toBeVisible();
  await there.goto('/tenants');
  await expect(there).toHaveURL(/\/login/);

  await admin.reload();
  const row = admin.getByRole('row', { name: new RegExp(email) });
  const menu = row.getByRole('button', { name: `Change ${email}` });
  await alive(menu);
  await menu.click();
  await admin.getByRole('menuitem', { name: 'Remove the account' }).click();
  await dialog.getByRole('button', { name: 'Remove the account' }).click();
  await expect(admin.getByText(`${email} removed`)).toBeVisible();
  await here.goto('/account');
  await expect(here).toHaveURL(/\/login/);
  await here.close();
  await there.close();
});
