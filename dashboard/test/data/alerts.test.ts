import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FleetViewer, TenantViewer } from '@/data/viewer';
import { createTestDatabase, type TestDatabase } from './test-database';

const SECRET = `whsec_${'s'.repeat(43)}`;
const admin: FleetViewer = { area: 'fleet', email: 'admin@example.com', name: 'Admin', role: 'admin' };
const operator: FleetViewer = { ...admin, email: 'op@example.com', role: 'operator' };
const own = { email: 'a@example.com', name: 'A', tenantId: 'a' };
const ofA: TenantViewer = { area: 'tenant', role: 'tenant_viewer', ...own };
const everything = { kind: null, tenant: '', page: 1, pageSize: 25 } as const;
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

let test: TestDatabase;
let alerts: typeof import('@/data/alerts');
let webhooks: typeof import('@/data/webhooks');
let countOpenAlerts: typeof import('@/data/open-alerts').countOpenAlerts;
let webhookId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  await test.database.asAdmin('tester', async (tx) => {
    await tx.plan.create({ data: { name: 'Plan', quotaMb: 4, isDefault: true } });
    for (const tenantId of ['a', 'b_1', 'bx1']) {
      await tx.tenant.create({ data: { tenantId, name: `Name ${tenantId}`, plan: 'Plan' } });
    }
    const open = (tenantId: string, kind: string, threshold: number, minutes: number) => ({
      tenantId,
      kind,
      threshold,
      value: threshold,
      raisedAt: minutesAgo(minutes),
    });
    const webhook = await tx.webhook.create({
      data: { url: 'https://ops.example.com:8443/hooks/very-secret-path', secret: SECRET, events: ['alert.raised'] },
    });
    webhookId = webhook.id;
    await tx.alert.createMany({
      data: [
        open('a', 'quota', 80, 1),
        open('b_1', 'quota', 100, 30),
        open('b_1', 'quota', 95, 2),
        { ...open('a', 'rejection-rate', 1, 60), acknowledgedAt: minutesAgo(5), acknowledgedBy: 'op@example.com' },
        { ...open('a', 'hit-rate-drop', 10, 90), resolvedAt: minutesAgo(50), resolvedValue: 3 },
        { ...open('bx1', 'quota', 100, 10), webhookId },
      ],
    });
  });
  alerts = await import('@/data/alerts');
  webhooks = await import('@/data/webhooks');
  ({ countOpenAlerts } = await import('@/data/open-alerts'));
}, 300_000);

afterAll(() => test.drop());

describe('alerts as staff read them', () => {
  it('come worst first, the newest first among equals', async () => {
    const { items, counts } = await alerts.readAlerts(admin, { ...everything, state: 'open' });
    expect(items.map(({ severity, tenantId }) => [severity, tenantId])).toEqual([
      ['critical', 'a'],
      ['exceeded', 'bx1'],
      ['exceeded', 'b_1'],
      ['warning', 'a'],
      ['warning', 'b_1'],
    ]);
    expect(counts).toEqual({ open: 5, critical: 1 });
  });

  it('are found by what was typed, which is no pattern', async () => {
    const { items, total, counts } = await alerts.readAlerts(admin, { ...everything, state: 'open', tenant: 'b_1' });
    expect(items.map(({ tenantName }) => tenantName)).toEqual(['Name b_1', 'Name b_1']);
    expect([total, counts.open]).toEqual([2, 5]);
  });

  it('are paged, and what is over is apart', async () => {
    const paged = await alerts.readAlerts(admin, { ...everything, state: 'open', page: 2, pageSize: 4 });
    expect([paged.items.length, paged.total]).toEqual([1, 5]);
    const { items } = await alerts.readAlerts(admin, { ...everything, state: 'resolved' });
    expect(items).toMatchObject([{ kind: 'hit-rate-drop', resolvedValue: 3 }]);
  });
});

describe('alerts as a tenant reads them', () => {
  it('are its own, without who of the staff looked at them', async () => {
    const reading = await alerts.readOwnAlerts(ofA, { ...everything, state: 'open' });
    expect(reading).toMatchObject({ total: 2, counts: { open: 2, critical: 1 } });
    expect(reading.items[0]?.acknowledgedAt).toEqual(expect.any(String));
    expect(JSON.stringify(reading)).not.toMatch(/op@example|b_1|bx1/);
  });

  it('are counted for the navigation as far as the viewer sees them', async () => {
    expect(await Promise.all([admin, ofA].map(countOpenAlerts))).toEqual([5, 2]);
  });
});

describe('a webhook', () => {
  const query = { state: null, page: 1, pageSize: 25 };

  it('shows its path to admins only, and its secret to nobody', async () => {
    const readings = await Promise.all(
      [admin, operator].map((viewer) => webhooks.readWebhook(viewer, webhookId, query)),
    );
    expect(readings[0]?.url).toBe('https://ops.example.com:8443/hooks/very-secret-path');
    expect(readings[1]?.webhook.origin).toBe('https://ops.example.com:8443');
    expect(JSON.stringify(readings)).not.toContain(SECRET);
    const listed = await webhooks.readWebhooks(admin, { tenant: '', page: 1, pageSize: 25 });
    expect(listed.items).toHaveLength(1);
    expect(JSON.stringify([readings[1], listed])).not.toMatch(/very-secret-path|whsec_/);
  });

  it('that does not exist is none', async () => {
    expect(await webhooks.readWebhook(admin, '00000000-0000-4000-8000-000000000000', query)).toBeUndefined();
  });
});
