import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createDatabase } from '@tenantcache/database';
import { type Accounts, ADMIN, createAccounts, PASSWORD } from './accounts-fixture';

let accounts: Accounts;
beforeAll(async () => {
  accounts = await createAccounts();
}, 300_000);
afterAll(() => accounts?.drop());

it('a handler answers 503 while the database is away, and fails with what is wrong in itself', async () => {
  const { asFleet } = await import('@/data/handler');
  await accounts.signIn({ email: ADMIN.email, password: PASSWORD, address: undefined });
  const request = new Request('http://127.0.0.1/api/tenants.csv', { headers: { host: '127.0.0.1' } });
  const url = 'postgresql://nobody:nothing@127.0.0.1:1/nothing';
  const away = createDatabase({ appUrl: url, adminUrl: url, poolSize: 1, timeoutMs: 500 });
  try {
    const answer = await asFleet(request, ({ email }) => away.asAdmin(email, async () => new Response('never')));
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ status: 503, title: 'The database does not answer.' });
  } finally {
    await away.close();
  }
  const wrong = asFleet(request, () => Promise.reject(new TypeError('a defect')));
  await expect(wrong).rejects.toThrow('a defect');
});
