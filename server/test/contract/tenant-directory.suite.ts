import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Actor, PLATFORM_ACTIONS, type TenantDirectory } from '../../src/core/directory.js';
import type { TenantSettings } from '../../src/core/quota.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';

const MIB = 1_048_576;
const ACTOR: Actor = { id: 'admin@example.com', source: 'dashboard', ip: '192.0.2.7', onBehalfOf: 'support' };
const FALLBACK: TenantSettings = { quotaBytes: 3 * MIB };

/** Makes a directory that knows these tenants and plans, and gives `fallback` to all others. */
export type MakeTenantDirectory = (
  tenants: Readonly<Record<string, TenantSettings>>,
  fallback: TenantSettings,
  plans?: Readonly<Record<string, TenantSettings>>,
) => Promise<TenantDirectory>;

/** Lets a month of a tenant that is known end. Returns the time at which it is to be closed. */
export type EndPeriod = (tenant: TenantId) => Promise<number>;

/** What every TenantDirectory promises. Tenant ids are random, so a directory over a shared database may be given. */
export function tenantDirectoryContract(name: string, make: MakeTenantDirectory, endPeriod: EndPeriod): void {
  describe(`TenantDirectory: ${name}`, () => {
    const prefix = `t${randomBytes(4).toString('hex')}`;
    const id = (label: string): TenantId => tenantId(`${prefix}-${label}`);
    const labels = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    let directory: TenantDirectory;

    beforeAll(async () => {
      const sized = labels.map((label, index) => [id(label), { quotaBytes: (10 - index) * MIB }] as const);
      const full: TenantSettings = {
        quotaBytes: 4 * MIB,
        overageAllowed: true,
        overageLimitBytes: 2 * MIB,
        policy: 'ttl',
        enforcement: 'soft',
      };
      directory = await make({ ...Object.fromEntries(sized), [`full-${prefix}`]: full }, FALLBACK);
    });
    afterAll(() => directory.close());

    const codeOf = (work: Promise<unknown>) =>
      work.then(
        () => 'resolved',
        (error: { code?: string }) => error.code,
      );

    it('finds a tenant with every setting, and with defaults where none was given', async () => {
      const full = await directory.find(tenantId(`full-${prefix}`));
      expect(full).toMatchObject({ known: true, suspended: false, version: 1 });
      expect(full.settings).toEqual({
        quotaBytes: 4 * MIB,
        overageAllowed: true,
        overageLimitBytes: 2 * MIB,
        policy: 'ttl',
        enforcement: 'soft',
      });
      expect((await directory.find(id('a'))).settings).toEqual({
        quotaBytes: 10 * MIB,
        overageAllowed: false,
        overageLimitBytes: 0,
        policy: 'lru',
        enforcement: 'hard',
      });
    });

    it('gives an unknown tenant the fallback, never a quota of 0', async () => {
      const unknown = await directory.find(id('nobody'));
      expect(unknown).toMatchObject({ tenantId: id('nobody'), known: false, suspended: false });
      expect(unknown.settings).toMatchObject({ quotaBytes: FALLBACK.quotaBytes, policy: 'lru', enforcement: 'hard' });
    });

    it('lists by search, sort and page, with the total of all pages', async () => {
      const query = { search: `${prefix.toUpperCase()}-`, sort: 'quota', order: 'asc', pageSize: 3 } as const;
      const pages = await Promise.all([1, 2, 3, 4].map((page) => directory.list({ ...query, page })));
      expect(pages.map(({ items }) => items.length)).toEqual([3, 3, 2, 0]);
      expect(pages.map(({ total }) => total)).toEqual([8, 8, 8, 8]);
      const quotas = pages.flatMap(({ items }) => items.map(({ settings }) => settings.quotaBytes));
      expect(quotas).toEqual([...quotas].sort((a, b) => a - b));
      const named = await directory.list({ search: prefix, sort: 'name', order: 'desc', page: 1, pageSize: 100 });
      expect(named.items.map(({ tenantId }) => tenantId)).toEqual([...labels.map(id).reverse(), `full-${prefix}`]);
    });

    it('takes no character of a search for a wildcard', async () => {
      expect((await directory.list({ search: `${prefix}%`, page: 1, pageSize: 10 })).total).toBe(0);
      expect((await directory.list({ search: `${prefix}_a`, page: 1, pageSize: 10 })).total).toBe(0);
    });

    it('changes what is named and keeps the rest, counts the version up, and audits before and after', async () => {
      const before = await directory.find(id('b'));
      const change = { settings: { quotaBytes: 2 * MIB, policy: 'reject' }, reason: 'Order 4502' } as const;
      const after = await directory.changeQuota(id('b'), change, before.version, ACTOR);
      expect(after.version).toBe(before.version + 1);
      expect(after.settings).toEqual({ ...before.settings, quotaBytes: 2 * MIB, policy: 'reject' });
      expect(after.changedAtMs).toBeGreaterThanOrEqual(before.changedAtMs);
      expect(await directory.find(id('b'))).toEqual(after);
      const audit = await directory.audit({ tenant: id('b'), page: 1, pageSize: 10 });
      expect(audit).toMatchObject({ total: 1, page: 1, pageSize: 10 });
      expect(audit.items[0]).toMatchObject({
        tenantId: id('b'),
        actor: ACTOR.id,
        onBehalfOf: 'support',
        source: 'dashboard',
        ip: '192.0.2.7',
        action: 'quota',
        before: before.settings,
        after: after.settings,
        reason: 'Order 4502',
      });
      expect(new Date(audit.items[0]?.at ?? '').toISOString()).toBe(audit.items[0]?.at);
    });

    it('refuses a version that is not the present one, and writes nothing', async () => {
      const before = await directory.find(id('c'));
      const change = { settings: { quotaBytes: MIB }, reason: 'too late' };
      expect(await codeOf(directory.changeQuota(id('c'), change, before.version + 1, ACTOR))).toBe(
        'PRECONDITION_FAILED',
      );
      expect(await directory.find(id('c'))).toEqual(before);
      expect((await directory.audit({ tenant: id('c'), page: 1, pageSize: 10 })).total).toBe(0);
    });

    it('lets exactly one of many edits of one version win', async () => {
      const { version } = await directory.find(id('d'));
      const edits = Array.from({ length: 8 }, (_, index) =>
        codeOf(
          directory.changeQuota(
            id('d'),
            { settings: { quotaBytes: (index + 1) * MIB }, reason: 'race' },
            version,
            ACTOR,
          ),
        ),
      );
      const outcomes = await Promise.all(edits);
      expect(outcomes.filter((outcome) => outcome === 'resolved')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'PRECONDITION_FAILED')).toHaveLength(7);
      expect((await directory.find(id('d'))).version).toBe(version + 1);
      expect((await directory.audit({ tenant: id('d'), page: 1, pageSize: 10 })).total).toBe(1);
    });

    it('has no quota to change of a tenant it does not know', async () => {
      const change = { settings: { quotaBytes: MIB }, reason: 'nobody' };
      expect(await codeOf(directory.changeQuota(id('nobody'), change, 0, ACTOR))).toBe('TENANT_NOT_FOUND');
      expect(await codeOf(directory.recordDeed(id('nobody'), { action: 'clear', reason: 'nobody' }, ACTOR))).toBe(
        'TENANT_NOT_FOUND',
      );
    });

    it('refuses settings that are not allowed, and writes nothing', async () => {
      const before = await directory.find(id('e'));
      for (const settings of [
        { quotaBytes: 0 },
        { quotaBytes: -MIB },
        { quotaBytes: Number.NaN },
        { overageLimitBytes: -1 },
      ]) {
        const change = { settings, reason: 'not allowed' };
        expect(await codeOf(directory.changeQuota(id('e'), change, before.version, ACTOR))).toMatch(/_INVALID$/);
      }
      expect(await directory.find(id('e'))).toEqual(before);
      expect((await directory.audit({ tenant: id('e'), page: 1, pageSize: 10 })).total).toBe(0);
    });

    it.each(['lru', 'lfu', 'ttl', 'hybrid', 'reject'] as const)('keeps the policy %s', async (policy) => {
      const { version } = await directory.find(id('h'));
      const after = await directory.changeQuota(id('h'), { settings: { policy }, reason: 'policies' }, version, ACTOR);
      expect(after.settings.policy).toBe(policy);
      expect((await directory.find(id('h'))).settings.policy).toBe(policy);
    });

    it('has settings for all tenants, changes what is named, and audits it under no tenant', async () => {
      const before = await directory.fleet();
      expect(before).toMatchObject({
        enforcedPercentage: 100,
        enforcementOfOthers: 'observe',
        sharedStoreBypassed: false,
      });
      const change = {
        settings: { enforcedPercentage: 12.34, sharedStoreBypassed: true },
        reason: `${prefix} rollout`,
      };
      const after = await directory.changeFleet(change, before.version, ACTOR);
      expect(after).toMatchObject({
        enforcedPercentage: 12.34,
        enforcementOfOthers: 'observe',
        sharedStoreBypassed: true,
        version: before.version + 1,
      });
      expect(await directory.fleet()).toEqual(after);
      const back = { settings: { enforcedPercentage: 100, sharedStoreBypassed: false }, reason: `${prefix} back` };
      await directory.changeFleet(back, after.version, ACTOR);
      const rows = (await directory.audit({ actor: ACTOR.id, page: 1, pageSize: 100 })).items;
      const row = rows.find(({ reason }) => reason === change.reason);
      expect(row).toMatchObject({
        tenantId: null,
        action: 'fleet',
        before: { enforcedPercentage: 100, enforcementOfOthers: 'observe', sharedStoreBypassed: false },
        after: { enforcedPercentage: 12.34, enforcementOfOthers: 'observe', sharedStoreBypassed: true },
      });
      expect(Object.keys(row?.before ?? {})).toHaveLength(3);
    });

    it('lets exactly one of many changes of one version of the fleet win', async () => {
      const { version } = await directory.fleet();
      const edits = Array.from({ length: 8 }, (_, index) =>
        codeOf(
          directory.changeFleet({ settings: { enforcedPercentage: 100 - index }, reason: 'race' }, version, ACTOR),
        ),
      );
      const outcomes = await Promise.all(edits);
      expect(outcomes.filter((outcome) => outcome === 'resolved')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'PRECONDITION_FAILED')).toHaveLength(7);
      await directory.changeFleet({ settings: { enforcedPercentage: 100 }, reason: 'back' }, version + 1, ACTOR);
    });

    it.each([
      { enforcedPercentage: -1 },
      { enforcedPercentage: 100.5 },
      { enforcedPercentage: 0.001 },
      { enforcedPercentage: Number.NaN },
      { enforcementOfOthers: 'hard' as 'soft' },
      { sharedStoreBypassed: 1 as unknown as boolean },
    ])('refuses %j for all tenants, and writes nothing', async (settings) => {
      const before = await directory.fleet();
      expect(await codeOf(directory.changeFleet({ settings, reason: 'no' }, before.version, ACTOR))).toMatch(
        /_INVALID$/,
      );
      expect(await directory.fleet()).toEqual(before);
    });

    it('audits a reconcile, of tenants that it knows', async () => {
      await directory.recordDeed(id('a'), { action: 'reconcile', reason: 'drift alert' }, ACTOR);
      const { items } = await directory.audit({ tenant: id('a'), page: 1, pageSize: 10 });
      expect(items[0]).toMatchObject({ action: 'reconcile', before: null, after: null, reason: 'drift alert' });
      expect(await codeOf(directory.recordDeed(id('nobody'), { action: 'reconcile', reason: 'nobody' }, ACTOR))).toBe(
        'TENANT_NOT_FOUND',
      );
    });

    it.each(PLATFORM_ACTIONS)(
      'audits the deed %s of the platform under no tenant, and of a tenant not at all',
      async (action) => {
        const reason = `${prefix} ${action}`;
        const actor: Actor = { id: `${prefix}-${action}`, source: 'api' };
        await directory.recordDeed(null, { action, reason, after: { dataset: 'market' } }, actor);
        const { items, total } = await directory.audit({ action, actor: actor.id, page: 1, pageSize: 10 });
        expect(total).toBe(1);
        expect(items[0]).toMatchObject({ tenantId: null, action, reason, before: null, after: { dataset: 'market' } });
        expect(await codeOf(directory.recordDeed(id('a'), { action, reason }, actor))).toBe('REQUEST_INVALID');
        expect((await directory.audit({ actor: actor.id, page: 1, pageSize: 10 })).total).toBe(1);
      },
    );

    it('audits no other deed without its tenant', async () => {
      const actor: Actor = { id: `${prefix}-nobody`, source: 'api' };
      for (const action of ['clear', 'invalidate', 'fleet'] as const) {
        expect(await codeOf(directory.recordDeed(null, { action, reason: 'of whom' }, actor))).toBe('REQUEST_INVALID');
      }
      expect((await directory.audit({ actor: actor.id, page: 1, pageSize: 10 })).total).toBe(0);
    });

    it('audits an address without its zone, and none that is no address: what it belongs to is done', async () => {
      for (const ip of ['2001:db8::7', 'fe80::1%eth0', 'unknown']) {
        await directory.recordDeed(id('h'), { action: 'clear', reason: 'addresses' }, { ...ACTOR, ip });
      }
      const { items } = await directory.audit({ tenant: id('h'), page: 1, pageSize: 3 });
      expect(items.map(({ ip }) => ip)).toEqual([null, 'fe80::1', '2001:db8::7']);
    });

    it('audits a clear, lists newest first, and filters by tenant and by actor', async () => {
      const other: Actor = { id: `${prefix}-other`, source: 'system' };
      await directory.recordDeed(id('f'), { action: 'clear', reason: 'first' }, ACTOR);
      await directory.recordDeed(id('f'), { action: 'clear', reason: 'second' }, other);
      await directory.recordDeed(id('g'), { action: 'clear', reason: 'third' }, other);
      const rows = await directory.audit({ tenant: id('f'), page: 1, pageSize: 10 });
      expect(rows.items.map(({ reason }) => reason)).toEqual(['second', 'first']);
      expect(rows.items[0]).toMatchObject({
        action: 'clear',
        before: null,
        after: null,
        onBehalfOf: null,
        source: 'system',
        ip: null,
      });
      const byActor = await directory.audit({ actor: other.id, page: 2, pageSize: 1 });
      expect(byActor).toMatchObject({ total: 2, page: 2 });
      expect(byActor.items.map(({ reason }) => reason)).toEqual(['second']);
      expect((await directory.audit({ tenant: id('g'), actor: ACTOR.id, page: 1, pageSize: 10 })).total).toBe(0);
    });

    it('has no statement of a period that is not over', async () => {
      expect(await directory.statements(id('a'), { page: 1, pageSize: 10 })).toEqual({
        items: [],
        total: 0,
        page: 1,
        pageSize: 10,
      });
    });

    it('closes a period that is over once, with what was metered, audited under its tenant', async () => {
      const [tenant, sinceMs] = [id('a'), Date.now()];
      const usedBytes = 2 * MIB;
      const meters = { sinceMs, byteMs: 5e14, overageByteMs: 1e12, peakBytes: usedBytes, timesExceeded: 3 };
      const reading = { tenantId: tenant, atMs: sinceMs, usedBytes, meters };
      await directory.keepMeters([reading]);
      await directory.keepMeters([reading, { ...reading, meters: { ...meters, byteMs: 4e14, timesExceeded: 2 } }]);
      const nowMs = await endPeriod(tenant);
      const [near, far] = await Promise.all([directory.closePeriods(nowMs, 100), directory.closePeriods(nowMs, 100)]);
      const closed = [...near, ...far].filter(({ tenantId }) => tenantId === tenant);
      const { items, total } = await directory.statements(tenant, { page: 1, pageSize: 10 });
      expect(items).toEqual(closed);
      expect(total).toBe(1);
      expect(items[0]).toMatchObject({ tenantId: tenant, peakBytes: usedBytes, quotaBytes: 10 * MIB });
      expect(items[0]).toMatchObject({ byteMs: 5e14, overageByteMs: 1e12, timesExceeded: 3 });
      const [start, end] = [items[0]?.periodStart, items[0]?.periodEnd].map((text) => Date.parse(text ?? ''));
      expect(start).toBeLessThan(end as number);
      expect(end).toBeLessThanOrEqual(nowMs);
      const audit = (await directory.audit({ tenant, page: 1, pageSize: 10 })).items;
      expect(audit.filter(({ action }) => action === 'reset')).toMatchObject([
        { tenantId: tenant, actor: 'system:upkeep', source: 'system', before: null, after: null },
      ]);
      expect(await directory.closePeriods(nowMs, 100)).toEqual([]);
    });

    it('finds the statement of a period, and those of all tenants one after another', async () => {
      const [statement] = (await directory.statements(id('a'), { page: 1, pageSize: 1 })).items;
      const startMs = Date.parse(statement?.periodStart ?? '');
      expect(await directory.statement(id('a'), startMs)).toEqual(statement);
      expect(await directory.statement(id('a'), startMs + 1)).toBeUndefined();
      expect(await directory.statement(id('nobody'), startMs)).toBeUndefined();
      const untilMs = Date.parse(statement?.periodEnd ?? '');
      const within = await directory.allStatements({ afterMs: untilMs - 1, untilMs }, { page: 1, pageSize: 100 });
      expect(within.items).toContainEqual(statement);
      expect(within.total).toBe(within.items.length);
      const without = await directory.allStatements({ afterMs: untilMs }, { page: 1, pageSize: 100 });
      expect(without.items).not.toContainEqual(statement);
      const [first, ...others] = within.items;
      expect(await directory.statementsAfter({ afterMs: untilMs - 1, untilMs }, first, 100)).toEqual(others);
      expect(await directory.statementsAfter({ tenant: id('a') }, undefined, 5)).toEqual([statement]);
      expect(await directory.statementsAfter({ tenant: id('a') }, statement, 5)).toEqual([]);
      expect(await directory.statementsAfter({ tenant: id('nobody') }, undefined, 5)).toEqual([]);
    });

    it('tells what the period under way comes to so far, and closes nothing by that', async () => {
      const tenant = id('b');
      const before = await directory.openStatement(tenant, Date.now());
      const atMs = Math.max(Date.now(), Date.parse(before.periodStart));
      const meters = { sinceMs: atMs, byteMs: 7e12, overageByteMs: 0, peakBytes: 9, timesExceeded: 2 };
      await directory.keepMeters([{ tenantId: tenant, atMs, usedBytes: 9, meters }]);
      const open = await directory.openStatement(tenant, atMs);
      const { asOf, ...same } = open;
      expect({ ...same, byteMs: 0, timesExceeded: 0, peakBytes: 0, bill: null }).toMatchObject({
        open: true,
        tenantId: tenant,
        periodStart: before.periodStart,
        periodEnd: before.periodEnd,
        quotaBytes: before.quotaBytes,
      });
      expect(open.byteMs - before.byteMs).toBe(7e12);
      expect(open.timesExceeded - before.timesExceeded).toBe(2);
      expect(Date.parse(asOf)).toBeGreaterThanOrEqual(Date.parse(open.periodStart));
      expect('closedAt' in open).toBe(false);
      expect(await codeOf(directory.openStatement(id('nobody'), Date.now()))).toBe('TENANT_NOT_FOUND');
    });
  });
}
