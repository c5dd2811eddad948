import type { Page } from '@playwright/test';

/** Who has an account at the company. The login is the account's id; the provider takes any password. */
export const COMPANY_PEOPLE = {
  operator: { login: 'ida', email: 'ida@company.example', name: 'Ida Lund', claims: { tenantcache_role: 'operator' } },
  tenantViewer: {
    login: 'tess',
    email: 'tess@company.example',
    name: 'Tess Moreau',
    claims: { tenantcache_role: ['staff', 'tenant_viewer'], tenantcache_tenant: 'org_meridian' },
  },
  withoutRole: { login: 'otto', email: 'otto@company.example', name: 'Otto Brandt', claims: {} },
} as const;

/** From the sign-in page through the pages of the provider, and back. */
export async function signInAtCompany(page: Page, login: string): Promise<void> {
  await page.getByRole('link', { name: 'Continue with company account' }).click();
  await page.getByPlaceholder('Enter any login').fill(login);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}
