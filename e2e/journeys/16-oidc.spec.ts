import { COMPANY_PEOPLE, signInAtCompany } from '../stack/company.js';
import { expect, test } from './test.js';

test('a company account signs in with the role that its provider says, and goes where it wanted', async ({ page }) => {
  const { login, email } = COMPANY_PEOPLE.operator;
  await page.goto('/audit');
  await signInAtCompany(page, login);
  await expect(page).toHaveURL(/\/audit$/);
  await expect(page.getByRole('link', { name: `Your account, ${email}, Operator` })).toBeVisible();
  await page.goto('/settings/people');
  await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible();
});

test('a tenant’s user from the company sees that tenant and no page of the fleet', async ({ page }) => {
  await page.goto('/login');
  await signInAtCompany(page, COMPANY_PEOPLE.tenantViewer.login);
  await expect(page).toHaveURL(/\/usage$/);
  const fleet = await page.request.get('/tenants');
  expect(fleet.status()).toBe(404);
});

test('without a role nobody comes in, and is told why', async ({ page }) => {
  await page.goto('/login');
  await signInAtCompany(page, COMPANY_PEOPLE.withoutRole.login);
  await expect(page.getByText('Your company account has no role in this dashboard.')).toBeVisible();
  const answer = await page.request.get('/api/overview/figures');
  expect(answer.status()).toBe(401);
});
