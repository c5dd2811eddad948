// @ts-check

/**
 * Signs in as people do, and returns the cookies.
 * @param {object} options
 * @param {any} options.chromium Playwright's
 * @param {string | undefined} options.executable
 * @param {string} options.origin
 * @param {{ email: string, password: string }} options.account
 * @returns {Promise<string>} the value of a Cookie header
 */
export async function signedInCookie({ chromium, executable, origin, account }) {
  const args = ['--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  const browser = await chromium.launch({ args, ...(executable && { executablePath: executable }) });
  try {
    const context = await browser.newContext({ baseURL: origin });
    const page = await context.newPage();
    await page.goto('/login', { waitUntil: 'networkidle' });
    await page.getByLabel('E-mail').fill(account.email);
    await page.getByLabel('Password', { exact: true }).fill(account.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL((/** @type {URL} */ url) => url.pathname !== '/login');
    const cookies = /** @type {{ name: string, value: string }[]} */ (await context.cookies());
    return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  } finally {
    await browser.close();
  }
}
