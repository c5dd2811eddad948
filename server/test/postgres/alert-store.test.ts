import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AlertStore } from '../../src/core/alerts.js';
import { postgresTenants, postgresUsage } from '../../src/postgres/index.js';
import { alertStoreContract } from '../../src/testing/alert-store-contract.js';
import { createPlannedDatabase, type PlannedDatabase } from './planned-database.js';

let test: PlannedDatabase;
beforeAll(async () => {
  test = await createPlannedDatabase();
});
afterAll(() => test.drop());

alertStoreContract({ describe, it }, 'postgres', async () => {
  const open = () => postgresUsage({ url: test.appUrl, adminUrl: test.adminUrl });
  const directory = postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl });
  const sinks = [open(), open(), open()];
  let next = 0;
  return {
    process: () => sinks[next++ % sinks.length]?.alerts as AlertStore,
    tenant: () => test.newTenant(),
    audited: async (tenant) => (await directory.audit({ tenant, page: 1, pageSize: 100 })).items,
    close: async () => {
      await Promise.all([...sinks.map((sink) => sink.close()), directory.close()]);
    },
  };
});

describe('alerts in Postgres', () => {
  it('are there with the admin role only, and say DIRECTORY_UNAVAILABLE where nobody listens', async () => {
    expect(postgresUsage({ url: test.appUrl }).alerts).toBeUndefined();
    const away = postgresUsage({
      url: 'postgresql://role:hidden-word@127.0.0.1:9/none',
      adminUrl: 'postgresql://role:hidden-word@127.0.0.1:9/none',
      timeout: '1s',
    });
    const error = await away.alerts?.raised(undefined, 10).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' });
    await away.close();
  });

  it('go with their tenant: what it was told is sent to nobody who comes under its id later', async () => {
    const tenant = await test.newTenant();
    const sink = postgresUsage({ url: test.appUrl, adminUrl: test.adminUrl });
    const store = sink.alerts as AlertStore;
    const actor = { id: 'admin@example.com', source: 'api' } as const;
    const given = { tenantId: tenant, url: 'https://example.com/', events: ['alert.raised'], active: true } as const;
    const webhook = await store.webhooks.create(given, `whsec_${'x'.repeat(40)}`, 'wanted', actor);
    await store.changeRules(tenant, { rules: (await store.rules(tenant)).rules, reason: 'as they are' }, 0, actor);
    await test.removeTenant(tenant);
    await expect(store.webhooks.find(webhook.id)).rejects.toMatchObject({ code: 'WEBHOOK_NOT_FOUND' });
    expect((await store.rules(tenant)).version).toBe(0);
    await sink.close();
  });
});
