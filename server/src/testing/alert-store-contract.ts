import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { alertRulesOf, DEFAULT_ALERT_RULES } from '../core/alert-rules.js';
import type { AlertStore, AlertTransition } from '../core/alerts.js';
import type { Actor, QuotaChange } from '../core/directory.js';
import type { TenantId } from '../core/tenant-id.js';
import { type ClaimedDelivery, MAX_FAILURES_IN_A_ROW, MAX_WEBHOOKS, newWebhookSecret } from '../core/webhooks.js';
import type { TestKit } from './test-kit.js';

export interface AlertStoreUnderTest {
  /** What one more process has of the same store. */
  readonly process: () => AlertStore;
  /** A tenant that the directory knows and nobody else uses. */
  readonly tenant: () => Promise<TenantId>;
  readonly audited: (tenant: TenantId) => Promise<readonly QuotaChange[]>;
  readonly close: () => Promise<void>;
}

const ADMIN: Actor = { id: 'admin@example.com', source: 'api' };
const T0 = 1_795_000_000_000;
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const PAGE = { page: 1, pageSize: 100 };
const OK = { ok: true, status: 204, error: null, durationMs: 3, retryInMs: undefined } as const;
const GAVE_UP = { ok: false, status: 500, error: 'status', durationMs: 3, retryInMs: undefined } as const;

/** What every store of alerts and webhooks must do. */
export function alertStoreContract({ describe, it }: TestKit, name: string, open: () => Promise<AlertStoreUnderTest>) {
  const test = (title: string, body: (under: AlertStoreUnderTest, store: AlertStore) => Promise<void>) =>
    it(title, async () => {
      const under = await open();
      try {
        await body(under, under.process());
      } finally {
        await under.close();
      }
    });
  const quota = (tenantId: TenantId, to: AlertTransition['to'], atMs: number, value = 81): AlertTransition => ({
    tenantId,
    kind: 'quota',
    threshold: 80,
    to,
    value,
    atMs,
  });
  const alertsOf = async (store: AlertStore, tenant: TenantId) => (await store.alerts({ tenant, ...PAGE })).items;

  describe(`AlertStore contract: ${name}`, () => {
    test('of many that raise the same at once one does, and of many that resolve it one', async (under, store) => {
      const tenant = await under.tenant();
      const processes = Array.from({ length: 8 }, () => under.process());
      for (const [round, to] of (['raised', 'resolved', 'raised'] as const).entries()) {
        // Each found it at its own time, and sends it twice.
        const found = processes.map((_, index) => quota(tenant, to, T0 + round * 100 + index));
        const won = await Promise.all(
          processes.map((each, index) => each.change([found[index], found[index]] as AlertTransition[])),
        );
        assert.equal(won.flat().length, 1);
        assert.equal(won.flat()[0]?.to, to);
      }
      const alerts = await alertsOf(store, tenant);
      assert.deepEqual(
        alerts.map(({ resolvedAt, resolvedValue }) => [resolvedAt === null, resolvedValue]),
        [
          [true, null],
          [false, 81],
        ],
      );
    });

    test('what was found earlier than the last change changes nothing, however late it comes', async (under, store) => {
      const tenant = await under.tenant();
      await store.change([quota(tenant, 'raised', T0), quota(tenant, 'resolved', T0 + 10, 70)]);
      assert.deepEqual(await store.change([quota(tenant, 'raised', T0 + 5)]), []);
      assert.deepEqual(await store.change([quota(tenant, 'raised', T0 + 10)]), []);
      assert.equal((await alertsOf(store, tenant)).length, 1);
      assert.equal((await store.change([quota(tenant, 'raised', T0 + 11)])).length, 1);
      assert.deepEqual(await store.change([quota(tenant, 'resolved', T0 + 11)]), []);
    });

    test('what a clock that is ahead found is of now, and does not stand against what others find', async (under, store) => {
      const tenant = await under.tenant();
      const ahead = Date.now() + 365 * 86_400_000;
      assert.equal((await store.change([quota(tenant, 'raised', ahead)])).length, 1);
      const [alert] = await alertsOf(store, tenant);
      assert.ok(Date.parse(alert?.raisedAt ?? '') < ahead - 86_400_000);
      // A resolution is later than what it resolves, by a millisecond at least.
      await delay(5);
      assert.equal((await under.process().change([quota(tenant, 'resolved', Date.now(), 70)])).length, 1);
      assert.deepEqual(await store.change([quota(tenant, 'raised', T0)]), []);
    });

    test('resolving what was never raised is nothing', async (under, store) => {
      const tenant = await under.tenant();
      assert.deepEqual(await store.change([quota(tenant, 'resolved', T0)]), []);
      assert.deepEqual(await alertsOf(store, tenant), []);
      assert.equal((await store.change([quota(tenant, 'raised', T0 + 1)])).length, 1);
    });

    test('says what is raised, page by page, of a tenant all thresholds together', async (under, store) => {
      const tenants = await Promise.all([under.tenant(), under.tenant(), under.tenant()]);
      for (const tenant of tenants) {
        const two = [80, 95].map((threshold) => ({ ...quota(tenant, 'raised', T0), threshold }));
        await store.change([...two, { ...quota(tenant, 'raised', T0), threshold: 100 }]);
        await store.change([{ ...quota(tenant, 'resolved', T0 + 1), threshold: 100 }]);
      }
      const seen = new Map<TenantId, number[]>();
      let after: TenantId | undefined;
      do {
        const page = await store.raised(after, 2);
        for (const { tenantId, threshold } of page.items) {
          seen.set(tenantId, [...(seen.get(tenantId) ?? []), threshold]);
        }
        assert.ok(page.next === undefined || page.next !== after);
        after = page.next;
      } while (after !== undefined);
      for (const tenant of tenants) assert.deepEqual(seen.get(tenant)?.sort(), [80, 95]);
    });

    test('lists alerts by tenant, state and kind, newest first', async (under, store) => {
      const [tenant, other] = [await under.tenant(), await under.tenant()];
      await store.change([
        quota(tenant, 'raised', T0),
        quota(tenant, 'resolved', T0 + 1, 70),
        { tenantId: tenant, kind: 'rejection-rate', threshold: 1, to: 'raised', value: 2.5, atMs: T0 + 2 },
        quota(other, 'raised', T0 + 3),
      ]);
      assert.deepEqual(
        (await alertsOf(store, tenant)).map(({ kind }) => kind),
        ['rejection-rate', 'quota'],
      );
      const open = await store.alerts({ tenant, state: 'open', ...PAGE });
      assert.deepEqual([open.total, open.items[0]?.value], [1, 2.5]);
      const resolved = await store.alerts({ tenant, state: 'resolved', ...PAGE });
      assert.deepEqual([resolved.total, resolved.items[0]?.kind], [1, 'quota']);
      assert.equal((await store.alerts({ tenant, kind: 'hit-rate-drop', ...PAGE })).total, 0);
    });

    test('rules: the defaults at version 0, changed by who read them last, audited', async (under, store) => {
      const tenant = await under.tenant();
      assert.deepEqual(await store.rules(tenant), {
        tenantId: tenant,
        rules: DEFAULT_ALERT_RULES,
        version: 0,
        changedAtMs: 0,
      });
      const rules = alertRulesOf({ quota: { thresholdsPercent: [50, 90] }, rejectionRate: { enabled: false } });
      const attempt = (version: number) =>
        under.process().changeRules(tenant, { rules, reason: 'quieter nights' }, version, ADMIN);
      const both = await Promise.allSettled([attempt(0), attempt(0)]);
      assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      const refused = both.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
      assert.equal(refused.reason.code, 'PRECONDITION_FAILED');
      await assert.rejects(attempt(0), { code: 'PRECONDITION_FAILED' });
      const { version, ...changed } = await attempt(1);
      assert.deepEqual([version, changed.rules], [2, rules]);
      const rows = (await under.audited(tenant)).filter(({ action }) => action === 'alert-rules');
      assert.equal(rows.length, 2);
      assert.deepEqual(rows[0]?.after, { ...rules });
      let after: TenantId | undefined;
      const found: TenantId[] = [];
      do {
        const page = await store.changedRules(after, 1);
        found.push(...page.items.map(({ tenantId }) => tenantId));
        after = page.next;
      } while (after !== undefined);
      assert.ok(found.includes(tenant));
    });

    test('an alert is acknowledged once, by who was first, audited', async (under, store) => {
      const tenant = await under.tenant();
      await store.change([quota(tenant, 'raised', T0)]);
      const [alert] = await alertsOf(store, tenant);
      const id = alert?.id ?? '';
      await store.acknowledge(id, 'looking at it', ADMIN);
      const again = await store.acknowledge(id, 'me too', { ...ADMIN, id: 'other@example.com' });
      assert.equal(again.acknowledgedBy, ADMIN.id);
      assert.equal((await under.audited(tenant)).filter(({ action }) => action === 'alert').length, 1);
      await assert.rejects(store.acknowledge(UNKNOWN, 'nothing', ADMIN), { code: 'ALERT_NOT_FOUND' });
    });
  });

  describe(`WebhookStore contract: ${name}`, () => {
    const create = async (store: AlertStore, tenantId: TenantId | null, secret = newWebhookSecret()) => {
      const url = 'https://hooks.example.com/path-with-a-secret';
      const events = ['alert.raised', 'alert.resolved'] as const;
      return store.webhooks.create({ tenantId, url, events, active: true }, secret, 'wanted', ADMIN);
    };
    /** Claims of one webhook, however many others are due in a store that many tests share. */
    const claimOf = async (store: AlertStore, webhookId: string, leaseMs: number): Promise<ClaimedDelivery[]> =>
      (await store.webhooks.claim(10_000, leaseMs)).filter((claimed) => claimed.webhookId === webhookId);

    test('tells those who want it of a change, once, whoever else sent the same', async (under, store) => {
      const [tenant, other] = [await under.tenant(), await under.tenant()];
      const [own, foreign] = [await create(store, tenant), await create(store, other)];
      const off = await store.webhooks.create(
        { tenantId: tenant, url: 'https://off.example.com/', events: ['alert.raised'], active: false },
        newWebhookSecret(),
        'not yet',
        ADMIN,
      );
      await Promise.all([store, under.process()].map((each) => each.change([quota(tenant, 'raised', T0)])));
      await store.change([quota(tenant, 'resolved', T0 + 1, 60)]);
      const sent = (await store.webhooks.deliveries(own.id, PAGE)).items;
      assert.deepEqual(sent.map(({ type }) => type).sort(), ['alert.raised', 'alert.resolved']);
      for (const id of [foreign.id, off.id]) assert.equal((await store.webhooks.deliveries(id, PAGE)).total, 0);
      const claimed = await claimOf(store, own.id, 60_000);
      const bodies = claimed.map(({ body }) => JSON.parse(body));
      assert.deepEqual(
        bodies.map((body) => [body.id, body.tenantId]),
        claimed.map(({ id }) => [id, tenant]),
      );
      const resolved = bodies.find(({ type }) => type === 'alert.resolved');
      assert.deepEqual([resolved.alert.value, resolved.alert.resolvedValue], [81, 60]);
    });

    test('the secret is in a claim and nowhere else', async (under, store) => {
      const [tenant, secret, rotated] = [await under.tenant(), newWebhookSecret(), newWebhookSecret()];
      const webhook = await create(store, tenant, secret);
      await store.webhooks.rotate(webhook.id, rotated, 'was on a slide', ADMIN);
      await store.webhooks.ping(webhook.id, 'does it work', ADMIN);
      const shown = JSON.stringify([
        await store.webhooks.find(webhook.id),
        await store.webhooks.list({ tenant, ...PAGE }),
        await store.webhooks.deliveries(webhook.id, PAGE),
        await under.audited(tenant),
      ]);
      assert.ok(!shown.includes(secret) && !shown.includes(rotated));
      assert.ok(!JSON.stringify(await under.audited(tenant)).includes('path-with-a-secret'));
      const [claimed] = await claimOf(store, webhook.id, 60_000);
      assert.equal(claimed?.secret, rotated);
      const deeds = (await under.audited(tenant)).filter(({ action }) => action === 'webhook');
      assert.equal(deeds.length, 3);
    });

    test('gives each attempt to one of many senders, and at most two of a webhook at a time', async (under, store) => {
      const webhook = await create(store, await under.tenant());
      for (let n = 0; n < 6; n++) await store.webhooks.ping(webhook.id, 'does it work', ADMIN);
      const claims = await Promise.all(Array.from({ length: 4 }, () => claimOf(under.process(), webhook.id, 60_000)));
      const ids = claims.flat().map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
      assert.equal(ids.length, 2, 'together, and not each');
      assert.deepEqual(await claimOf(store, webhook.id, 60_000), []);
    });

    test('a claim runs out; what its sender says afterwards is not kept', async (under, store) => {
      const webhook = await create(store, await under.tenant());
      await store.webhooks.ping(webhook.id, 'does it work', ADMIN);
      const [lost] = await claimOf(store, webhook.id, 40);
      let [next] = await claimOf(store, webhook.id, 60_000);
      while (!next) {
        await delay(10);
        [next] = await claimOf(store, webhook.id, 60_000);
      }
      assert.ok(lost);
      assert.deepEqual([next.id, next.attempt, next.body], [lost.id, 2, lost.body]);
      assert.equal((await store.webhooks.settle(lost, GAVE_UP)).kept, false);
      assert.equal((await store.webhooks.settle(next, OK)).kept, true);
      const [delivery] = (await store.webhooks.deliveries(webhook.id, PAGE)).items;
      assert.deepEqual([delivery?.state, delivery?.status, delivery?.attempts], ['delivered', 204, 2]);
      assert.equal((await store.webhooks.settle(next, GAVE_UP)).kept, false);
    });

    test('waits as long as it is told after a failure, and ends where there is no next time', async (under, store) => {
      const webhook = await create(store, await under.tenant());
      await store.webhooks.ping(webhook.id, 'does it work', ADMIN);
      const [first] = await claimOf(store, webhook.id, 60_000);
      assert.ok(first);
      await store.webhooks.settle(first, { ...GAVE_UP, retryInMs: 3_600_000 });
      assert.deepEqual(await claimOf(store, webhook.id, 60_000), []);
      await store.webhooks.replay(first.id, 'receiver is back', ADMIN);
      const [second] = await claimOf(store, webhook.id, 60_000);
      assert.deepEqual([second?.id, second?.body, second?.attempt], [first.id, first.body, 1]);
      assert.ok(second);
      await store.webhooks.settle(second, { ...GAVE_UP, status: null, error: 'timeout' });
      const [delivery] = (await store.webhooks.deliveries(webhook.id, { state: 'gave-up', ...PAGE })).items;
      assert.deepEqual([delivery?.error, delivery?.status, delivery?.nextAttemptAt], ['timeout', null, null]);
    });

    test('a webhook that fails again and again is switched off with an alert, which ends when it is on again', async (under, store) => {
      const tenant = await under.tenant();
      const webhook = await create(store, tenant);
      const round = async (outcome: typeof OK | typeof GAVE_UP) => {
        const { id } = await store.webhooks.ping(webhook.id, 'does it work', ADMIN);
        const claimed = (await claimOf(store, webhook.id, 60_000)).find((one) => one.id === id);
        assert.ok(claimed);
        return (await store.webhooks.settle(claimed, outcome)).disabled;
      };
      for (let n = 1; n < MAX_FAILURES_IN_A_ROW; n++) assert.equal(await round(GAVE_UP), undefined);
      await round(OK);
      for (let n = 1; n < MAX_FAILURES_IN_A_ROW; n++) assert.equal(await round(GAVE_UP), undefined);
      assert.deepEqual(await round(GAVE_UP), { tenantId: tenant, failures: MAX_FAILURES_IN_A_ROW });
      assert.equal(await round(GAVE_UP), undefined, 'once');
      const off = await store.webhooks.find(webhook.id);
      assert.equal(off.active, false);
      assert.ok(off.disabledAt);
      const open = await store.alerts({ tenant, state: 'open', kind: 'webhook-disabled', ...PAGE });
      assert.equal(open.total, 1);
      await store.change([quota(tenant, 'raised', T0)]);
      assert.equal((await store.webhooks.deliveries(webhook.id, { state: 'pending', ...PAGE })).total, 0);
      const on = await store.webhooks.change(webhook.id, { active: true }, off.version, 'receiver is back', ADMIN);
      assert.deepEqual([on.active, on.failuresInARow, on.disabledAt], [true, 0, null]);
      assert.equal((await store.alerts({ tenant, state: 'open', kind: 'webhook-disabled', ...PAGE })).total, 0);
    });

    test('a webhook that was switched off is removed: the others are told that its alert ended', async (under, store) => {
      const tenant = await under.tenant();
      const [webhook, other] = [await create(store, tenant), await create(store, tenant)];
      for (let n = 0; n < MAX_FAILURES_IN_A_ROW; n++) {
        await store.webhooks.ping(webhook.id, 'does it work', ADMIN);
        const [claimed] = await claimOf(store, webhook.id, 60_000);
        assert.ok(claimed);
        await store.webhooks.settle(claimed, GAVE_UP);
      }
      await store.webhooks.remove(webhook.id, 'not used', ADMIN);
      const told = (await store.webhooks.deliveries(other.id, PAGE)).items.map(({ type }) => type);
      assert.deepEqual(told.sort(), ['alert.raised', 'alert.resolved']);
      assert.equal((await store.alerts({ tenant, state: 'open', ...PAGE })).total, 0);
    });

    test('webhooks are removed while attempts of theirs are settled, and one another: nobody fails', async (under, store) => {
      for (let round = 0; round < 20; round++) {
        const tenant = await under.tenant();
        const hooks = [await create(store, tenant), await create(store, tenant)];
        for (const { id } of [...hooks, ...hooks]) await store.webhooks.ping(id, 'does it work', ADMIN);
        const ids = new Set(hooks.map(({ id }) => id));
        const all = await store.webhooks.claim(10_000, 60_000);
        const claimed = all.filter(({ webhookId }) => ids.has(webhookId));
        assert.equal(claimed.length, 4);
        const ended = await Promise.allSettled([
          ...claimed.map((one) => under.process().webhooks.settle(one, GAVE_UP)),
          ...hooks.map(({ id }) => under.process().webhooks.remove(id, 'not used', ADMIN)),
        ]);
        const reasons = ended.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
        assert.deepEqual(reasons, []);
      }
    });

    test('webhooks switched off and on at the same time tell one another of it: nobody fails', async (under, store) => {
      for (let round = 0; round < 4; round++) {
        const tenant = await under.tenant();
        const hooks = [await create(store, tenant), await create(store, tenant), await create(store, tenant)];
        const ids = new Set(hooks.map(({ id }) => id));
        const attempts = async () => {
          for (const id of ids) await store.webhooks.ping(id, 'does it work', ADMIN);
          return (await store.webhooks.claim(10_000, 60_000)).filter(({ webhookId }) => ids.has(webhookId));
        };
        for (let n = 1; n < MAX_FAILURES_IN_A_ROW; n++) {
          for (const one of await attempts()) await store.webhooks.settle(one, GAVE_UP);
        }
        const last = await attempts();
        const off = await Promise.all(last.map((one) => under.process().webhooks.settle(one, GAVE_UP)));
        assert.deepEqual([off.length, off.every(({ disabled }) => disabled)], [3, true]);
        const changed = hooks.map(async ({ id }) => {
          const { version } = await store.webhooks.find(id);
          return under.process().webhooks.change(id, { active: true }, version, 'receiver is back', ADMIN);
        });
        assert.ok((await Promise.all(changed)).every(({ active }) => active));
      }
    });

    test('a webhook is changed by who read it last; its number is bounded; it is gone with its log', async (under, store) => {
      const tenant = await under.tenant();
      const webhook = await create(store, tenant);
      const change = { events: ['alert.raised'] } as const;
      const changed = await store.webhooks.change(webhook.id, change, 1, 'fewer of them', ADMIN);
      assert.deepEqual([changed.version, changed.events, changed.url], [2, ['alert.raised'], webhook.url]);
      const stale = store.webhooks.change(webhook.id, change, 1, 'fewer of them', ADMIN);
      await assert.rejects(stale, { code: 'PRECONDITION_FAILED' });
      const more = await Promise.allSettled(
        Array.from({ length: MAX_WEBHOOKS + 3 }, () => create(under.process(), tenant)),
      );
      assert.equal(more.filter(({ status }) => status === 'fulfilled').length, MAX_WEBHOOKS - 1);
      const { id } = await store.webhooks.ping(webhook.id, 'does it work', ADMIN);
      await store.webhooks.remove(webhook.id, 'not used', ADMIN);
      for (const gone of [
        () => store.webhooks.find(webhook.id),
        () => store.webhooks.ping(webhook.id, 'does it work', ADMIN),
        () => store.webhooks.replay(id, 'does it work', ADMIN),
        () => store.webhooks.rotate(UNKNOWN, newWebhookSecret(), 'does it work', ADMIN),
        () => store.webhooks.deliveries(UNKNOWN, PAGE),
      ]) {
        await assert.rejects(gone, { code: 'WEBHOOK_NOT_FOUND' });
      }
    });

    test('the log drops what ended long ago, and nothing that waits', async (under, store) => {
      const webhook = await create(store, await under.tenant());
      for (let n = 0; n < 2; n++) await store.webhooks.ping(webhook.id, 'does it work', ADMIN);
      const [first] = await claimOf(store, webhook.id, 60_000);
      assert.ok(first);
      await store.webhooks.settle(first, OK);
      await store.webhooks.tidy(3_600_000);
      assert.equal((await store.webhooks.deliveries(webhook.id, PAGE)).total, 2);
      await store.webhooks.tidy(-60_000);
      const left = (await store.webhooks.deliveries(webhook.id, PAGE)).items;
      assert.deepEqual(
        left.map(({ state }) => state),
        ['pending'],
      );
    });

    test('a webhook of the fleet is told of every tenant', async (under, store) => {
      const webhook = await create(store, null);
      try {
        const [a, b] = [await under.tenant(), await under.tenant()];
        await store.change([quota(a, 'raised', T0), quota(b, 'raised', T0)]);
        const { items } = await store.webhooks.deliveries(webhook.id, PAGE);
        assert.ok(items.length >= 2);
        const fleet = await store.webhooks.list({ tenant: null, ...PAGE });
        assert.ok(fleet.items.every(({ tenantId }) => tenantId === null));
      } finally {
        await store.webhooks.remove(webhook.id, 'end of test', ADMIN);
      }
    });
  });
}
