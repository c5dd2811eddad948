import { accountOf, expect, fillSignIn, test } from './test.js';
import { addVisitor, removeVisitor } from './visitor.js';

test('a wrong password is named as such, with the tries that are left', async ({ page, stack }) => {
  const { email } = accountOf(stack, 'admin');
  await page.goto('/login');
  await fillSignIn(page, email, 'not the password');
  const message = page.getByText('E-mail and password do not match. 4 tries left, then 15 minutes pause.');
  await expect(message).toBeVisible();
  await expect(page.getByLabel('E-mail')).toHaveValue(email);
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription(/do not match/);
  await expect(page).toHaveURL(/\/login$/);
});

test('who guesses is paused, even with the right password, and not the browser that signed in before', async ({
  as,
  browser,
  stack,
}) => {
  const admin = await as('admin');
  const visitor = await addVisitor(admin);
  const { email, oneTimePassword: password } = visitor;
  const known = await browser.newPage({ baseURL: stack.dashboardUrl });
  await known.goto('/login');
  await fillSignIn(known, email, password);
  await expect(known).toHaveURL(/\/account$/);
  const elsewhere = await browser.newPage({ baseURL: stack.dashboardUrl });
  await elsewhere.goto('/login');
  for (const left of ['4 tries left', '3 tries left', '2 tries left', '1 try left', 'That was the last try']) {
    await fillSignIn(elsewhere, email, 'not the password');
    await expect(elsewhere.getByText(left)).toBeVisible();
  }
  await fillSignIn(elsewhere, email, password);
  const paused = elsewhere.getByText(/^Too many tries from here\. You can try again at \d\d:\d\d UTC\.$/);
  await expect(paused).toBeVisible();
  await elsewhere.close();

  await known.context().clearCookies({ name: 'tenantcache_session' });
  await known.goto('/login');
  await fillSignIn(known, email, password);
  await expect(known).toHaveURL(/\/account$/);
  await known.close();
  await removeVisitor(admin, visitor);
});

test('who guesses cannot pretend to be somewhere else with every try', async ({ page }) => {
  for (let attempt = 1; attempt <= 6; attempt += 1) {
    await page.setExtraHTTPHeaders({ 'X-Forwarded-For': `192.0.2.${attempt}`, 'X-Real-IP': `192.0.2.${attempt}` });
    await page.goto('/login');
    await fillSignIn(page, 'guessed@example.com', `guess ${attempt}`);
    await expect(page.getByText(/do not match|Too many tries/)).toBeVisible();
  }
  await expect(page.getByText('Too many tries from here.')).toBeVisible();
});

test('signing out ends the session itself, not only its cookie', async ({ page, context, stack }) => {
  const { email, password } = accountOf(stack, 'admin');
  await page.goto('/tenants');
  await expect(page).toHaveURL(/\/login/);
  await fillSignIn(page, email, password);
  await expect(page.getByRole('table', { name: /^Tenants/ })).toBeVisible();

  const kept = await context.cookies();
  expect(kept).toHaveLength(2);
  for (const cookie of kept) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/login$/);

  await context.addCookies(kept);
  await page.goto('/tenants');
  await expect(page).toHaveURL(/\/login/);
  const refused = await page.request.get('/api/tenants.csv');
  expect(refused.status()).toBe(401);
});
