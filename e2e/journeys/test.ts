import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type BrowserContext, test as base, expect, type Locator, type Page } from '@playwright/test';
import { Api } from '../stack/api.js';
import { runningStack, type SignIn, type Stack } from '../stack/stack.js';

export { expect };

export type Who = 'admin' | 'aster' | 'northwind';
const TENANT_OF: Record<Who, string | null> = { admin: null, aster: 'org_aster_quant', northwind: 'org_northwind' };

interface Worker {
  stack: Stack;
  api: Api;
  /** Where each user's browser state is kept once they have signed in. */
  sessions: Map<Who, Awaited<ReturnType<BrowserContext['storageState']>>>;
}

interface Fixtures {
  /** A page in a browser of its own, of somebody who is signed in. */
  as: (who: Who, options?: Parameters<import('@playwright/test').Browser['newContext']>[0]) => Promise<Page>;
  /** What the pages of a journey complained about; a journey that expects complaints empties it. */
  complaints: string[];
  logsOnFailure: undefined;
}

export function accountOf(stack: Stack, who: Who): SignIn {
  const account = stack.signIns.find(({ tenantId }) => tenantId === TENANT_OF[who]);
  if (!account) throw new Error(`The stack printed no sign-in for ${who}.`);
  return account;
}

/** Until React has taken an element over, what is typed into it may be lost. */
export async function alive(element: Locator): Promise<void> {
  const taken = () => element.evaluate((node) => Object.keys(node).some((name) => name.startsWith('__reactProps$')));
  await expect.poll(taken).toBe(true);
}

export async function fillSignIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** At the dashboard of another installation. */
export async function signInAt(page: Page, at: { dashboardUrl: string; email: string; password: string }) {
  await page.goto(`${at.dashboardUrl}/login`);
  await fillSignIn(page, at.email, at.password);
  await page.waitForURL((url) => url.pathname !== '/login');
}

export const test = base.extend<Fixtures, Worker>({
  stack: [async ({ browserName: _ }, use) => use(runningStack()), { scope: 'worker' }],
  api: [async ({ stack }, use) => use(new Api(stack)), { scope: 'worker' }],
  sessions: [async ({ browserName: _ }, use) => use(new Map()), { scope: 'worker' }],

  baseURL: async ({ stack }, use) => use(stack.dashboardUrl),

  complaints: async ({ browserName: _ }, use) => {
    const complaints: string[] = [];
    await use(complaints);
    expect(complaints, 'what the pages wrote to the console as errors').toEqual([]);
  },

  page: async ({ page, complaints }, use) => {
    listen(page, complaints);
    await use(page);
  },

  as: async ({ browser, baseURL, stack, sessions, complaints, colorScheme, viewport, timezoneId }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (who, options = {}) => {
      const storageState = sessions.get(who);
      const context = await browser.newContext({
        ...(baseURL && { baseURL }),
        ...(storageState && { storageState }),
        ...(timezoneId && { timezoneId }),
        colorScheme,
        viewport,
        reducedMotion: 'reduce',
        ...options,
      });
      contexts.push(context);
      const page = await context.newPage();
      listen(page, complaints);
      if (storageState) return page;
      const { email, password } = accountOf(stack, who);
      await page.goto('/login');
      await fillSignIn(page, email, password);
      await page.waitForURL((url) => url.pathname !== '/login');
      sessions.set(who, await context.storageState());
      return page;
    });
    for (const context of contexts) await context.close();
  },

  logsOnFailure: [
    async ({ stack }, use, info) => {
      await use(undefined);
      if (info.status === info.expectedStatus) return;
      for (const name of ['api', 'dashboard']) {
        const body = readFileSync(path.join(stack.dataDirectory, 'logs', `${name}.log`)).subarray(-20_000);
        await info.attach(`${name}.log`, { body, contentType: 'text/plain' });
      }
    },
    { auto: true },
  ],
});

/** A 404 that a journey asks for is also written to the console, by the browser itself. */
function listen(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text());
    }
  });
}
