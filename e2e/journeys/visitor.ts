import type { Page } from '@playwright/test';
import { alive, expect } from './test.js';

/** An account of one journey, so that what it does to it meets no other. */
export interface Visitor {
  readonly email: string;
  /** Opens only the page where another password is chosen. */
  readonly oneTimePassword: string;
}

/** Adds a viewer of the fleet at the page of people. */
export async function addVisitor(admin: Page): Promise<Visitor> {
  const email = `visitor-${Date.now()}@example.com`;
  await admin.goto('/settings/people');
  const add = admin.getByRole('button', { name: 'Add a person' });
  await alive(add);
  await add.click();
  const dialog = admin.getByRole('dialog');
  await dialog.getByLabel('E-mail').fill(email);
  await dialog.getByLabel('Name').fill('A visitor');
  await dialog.getByRole('button', { name: 'Add' }).click();
  const oneTimePassword = (await admin.getByTestId('one-time-password').textContent()) ?? '';
  await admin.getByRole('button', { name: 'I have it' }).click();
  return { email, oneTimePassword };
}

export async function removeVisitor(admin: Page, { email }: Visitor): Promise<void> {
  await admin.goto('/settings/people');
  const menu = admin.getByRole('row', { name: new RegExp(email) }).getByRole('button', { name: `Change ${email}` });
  await alive(menu);
  await menu.click();
  await admin.getByRole('menuitem', { name: 'Remove the account' }).click();
  await admin.getByRole('dialog').getByRole('button', { name: 'Remove the account' }).click();
  await expect(admin.getByText(`${email} removed`)).toBeVisible();
}
