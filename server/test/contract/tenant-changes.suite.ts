import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Actor, NewTenant, TenantDirectory, TenantRecord } from '../../src/core/directory.js';
import type { TenantSettings } from '../../src/core/quota.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import type { MakeTenantDirectory } from './tenant-directory.suite.js';

const MIB = 1_048_576;
const ACTOR: Actor = { id: 'admin@example.com', source: 'api' };
const FALLBACK: TenantSettings = { quotaBytes: 3 * MIB };

/** What every TenantDirectory promises of making, changing and removing tenants, and of changing many at once. */
export function tenantChangesContract(name: string, make: MakeTenantDirectory): void {
  describe(`TenantDirectory, tenants: ${name}`, () => {
    const prefix = `c${randomBytes(4).toString('hex')}`;
    const id = (label: string): TenantId => tenantId(`${prefix}-${label}`);
    const [small, big, crowded] = [`small-${prefix}`, `big-${prefix}`, `crowded-${prefix}`] as const;
    let directory: TenantDirectory;

    beforeAll(async () => {
      const plans = {
        [small]: { quotaBytes: 5 * MIB, policy: 'ttl' },
        [big]: { quotaBytes: 50 * MIB },
        [crowded]: { quotaBytes: 7 * MIB },
      } as const;
      directory = await make({ [id('listed')]: { quotaBytes: 9 * MIB } }, FALLBACK, plans);
    });
    afterAll(() => directory.close());

    const codeOf = (work: Promise<unknown>) =>
      work.then(
        () => 'resolved',
        (error: { code?: string }) => error.code,
      );
    const create = (label: string, given: Partial<NewTenant> = {}): Promise<TenantRecord> =>
      directory.create(
        { tenantId: id(label), name: `Tenant ${label}`, plan: small, suspended: false, ...given },
        'new customer',
        ACTOR,
      );
    const auditOf = async (label: string) =>
      (await directory.audit({ tenant: id(label), page: 1, pageSize: 100 })).items;

    it('makes a tenant with its plan as its quota, found from then on, audited', async () => {
      const made = await create('made', { name: 'Made Ltd', suspended: true });
      expect(made).toMatchObject({ tenantId: id('made'), name: 'Made Ltd', plan: small, suspended: true, known: true });
      expect(made.settings).toMatchObject({ quotaBytes: 5 * MIB, policy: 'ttl', enforcement: 'hard' });
      expect(await directory.find(id('made'))).toEqual(made);
      const after = { name: 'Made Ltd', plan: small, suspended: true };
      expect(await auditOf('made')).toMatchObject([
        { action: 'tenant', before: null, after, reason: 'new customer', actor: ACTOR.id },
      ]);
    });

    it('lets one of many who make the same tenant win', async () => {
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => codeOf(create('race'))));
      expect(outcomes.filter((outcome) => outcome === 'resolved')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'TENANT_EXISTS')).toHaveLength(7);
      expect(await auditOf('race')).toHaveLength(1);
    });

    it('makes no tenant of a plan that is not there, or with a name that cannot be kept', async () => {
      expect(await codeOf(create('nothing', { plan: `none-${prefix}` }))).toBe('PLAN_NOT_FOUND');
      expect(await codeOf(create('nothing', { name: '' }))).toBe('REQUEST_INVALID');
      expect(await codeOf(create('nothing', { name: 'x'.repeat(201) }))).toBe('REQUEST_INVALID');
      expect((await directory.find(id('nothing'))).known).toBe(false);
      expect(await auditOf('nothing')).toEqual([]);
    });

    it('changes what is named, counts the version up by one, and audits before and after', async () => {
      const before = await create('changed');
      const named = await directory.changeTenant(
        id('changed'),
        { name: 'New name', reason: 'merger' },
        before.version,
        ACTOR,
      );
      expect(named).toEqual({
        ...before,
        name: 'New name',
        version: before.version + 1,
        changedAtMs: named.changedAtMs,
      });
      const stopped = await directory.changeTenant(
        id('changed'),
        { suspended: true, reason: 'unpaid' },
        named.version,
        ACTOR,
      );
      expect(stopped).toMatchObject({ name: 'New name', suspended: true, version: before.version + 2 });
      expect(await directory.find(id('changed'))).toEqual(stopped);
      const [last] = await auditOf('changed');
      expect(last).toMatchObject({
        action: 'tenant',
        reason: 'unpaid',
        before: { name: 'New name', plan: small, suspended: false },
        after: { name: 'New name', plan: small, suspended: true },
      });
    });

    it('has one version for a tenant and its quota', async () => {
      const made = await create('one-version');
      const quota = { settings: { quotaBytes: 8 * MIB }, reason: 'more' };
      const changed = await directory.changeQuota(id('one-version'), quota, made.version, ACTOR);
      expect(changed.version).toBe(made.version + 1);
      const late = directory.changeTenant(id('one-version'), { suspended: true, reason: 'late' }, made.version, ACTOR);
      expect(await codeOf(late)).toBe('PRECONDITION_FAILED');
      const named = await directory.changeTenant(
        id('one-version'),
        { name: 'Later', reason: 'name' },
        changed.version,
        ACTOR,
      );
      expect(await codeOf(directory.changeQuota(id('one-version'), quota, changed.version, ACTOR))).toBe(
        'PRECONDITION_FAILED',
      );
      expect(named.version).toBe(made.version + 2);
    });

    it('gives a tenant its new plan as quota, unless it has one of its own', async () => {
      const made = await create('planned');
      const moved = await directory.changeTenant(id('planned'), { plan: big, reason: 'upgrade' }, made.version, ACTOR);
      expect(moved).toMatchObject({ plan: big, settings: { quotaBytes: 50 * MIB, policy: 'lru' } });
      const own = { settings: { quotaBytes: 6 * MIB }, reason: 'own' };
      const { version } = await directory.changeQuota(id('planned'), own, moved.version, ACTOR);
      const back = await directory.changeTenant(id('planned'), { plan: small, reason: 'back' }, version, ACTOR);
      expect(back).toMatchObject({ plan: small, settings: { quotaBytes: 6 * MIB, policy: 'lru' } });
      const nowhere = directory.changeTenant(id('planned'), { plan: 'none', reason: 'none' }, back.version, ACTOR);
      expect(await codeOf(nowhere)).toBe('PLAN_NOT_FOUND');
      expect(await directory.find(id('planned'))).toEqual(back);
    });

    it('loses neither of a change of plan and a change of quota that run at once', async () => {
      const { version } = await create('both');
      const retried = async (change: (version: number) => Promise<TenantRecord>): Promise<void> => {
        const present = await directory.find(id('both'));
        if ((await codeOf(change(present.version))) === 'PRECONDITION_FAILED') await retried(change);
      };
      const quotas = Array.from({ length: 5 }, (_, n) =>
        retried((version) => {
          const change = { settings: { quotaBytes: (n + 10) * MIB }, reason: `quota ${n}` };
          return directory.changeQuota(id('both'), change, version, ACTOR);
        }),
      );
      const plans = Array.from({ length: 5 }, (_, n) =>
        retried((version) =>
          directory.changeTenant(id('both'), { plan: n % 2 ? small : big, reason: `plan ${n}` }, version, ACTOR),
        ),
      );
      await Promise.all([...quotas, ...plans]);
      const audit = [...(await auditOf('both'))].reverse().slice(1);
      expect(audit).toHaveLength(10);
      const record = await directory.find(id('both'));
      expect(record.version).toBe(version + 10);
      expect(record.settings).toEqual(audit.filter(({ action }) => action === 'quota').at(-1)?.after);
      expect(audit.filter(({ action }) => action === 'tenant').at(-1)?.after).toMatchObject({ plan: record.plan });
    });

    it('removes a tenant once, for good, with its quota; its audit stays', async () => {
      const made = await create('gone');
      const own = { settings: { quotaBytes: 6 * MIB }, reason: 'own' };
      const { version } = await directory.changeQuota(id('gone'), own, made.version, ACTOR);
      expect(await codeOf(directory.remove(id('gone'), made.version, 'too early', ACTOR))).toBe('PRECONDITION_FAILED');
      const outcomes = await Promise.all(
        [1, 2, 3].map(() => codeOf(directory.remove(id('gone'), version, 'left us', ACTOR))),
      );
      expect(outcomes.sort()).toEqual(['TENANT_NOT_FOUND', 'TENANT_NOT_FOUND', 'resolved']);
      expect(await directory.find(id('gone'))).toMatchObject({ known: false, settings: { quotaBytes: 3 * MIB } });
      expect((await directory.list({ search: id('gone'), page: 1, pageSize: 10 })).total).toBe(0);
      const [last, ...before] = (await auditOf('gone')).filter(({ action }) => action !== 'reset');
      expect(last).toMatchObject({ action: 'tenant', after: null, reason: 'left us', before: { plan: small } });
      expect(before).toHaveLength(2);
    });

    it('closes what is open of a tenant that is removed, and keeps its statements', async () => {
      const made = await create('owing');
      const sinceMs = Date.now();
      const meters = { sinceMs, byteMs: 5e12, overageByteMs: 1e10, peakBytes: 77, timesExceeded: 2 };
      await directory.keepMeters([{ tenantId: id('owing'), atMs: sinceMs, usedBytes: 77, meters }]);
      await until(() => Date.now() > sinceMs + 2);
      await directory.remove(id('owing'), made.version, 'left us', ACTOR);
      const { items, total } = await directory.statements(id('owing'), { page: 1, pageSize: 10 });
      expect(total).toBe(1);
      expect(items[0]).toMatchObject({ quotaBytes: 5 * MIB, byteMs: 5e12, timesExceeded: 2, peakBytes: 77 });
      expect(Date.parse(items[0]?.periodEnd ?? '')).toBeLessThanOrEqual(Date.now());
      expect((await auditOf('owing')).map(({ action, actor }) => `${action} ${actor}`)).toContain(`reset ${ACTOR.id}`);
      const again = await create('owing');
      const open = await directory.openStatement(id('owing'), Date.now());
      expect(open).toMatchObject({ byteMs: 0, timesExceeded: 0, peakBytes: 0 });
      expect(Date.parse(open.periodStart)).toBeGreaterThanOrEqual(Date.parse(items[0]?.periodEnd ?? ''));
      expect((await directory.statements(id('owing'), { page: 1, pageSize: 10 })).total).toBe(1);
      expect(again.version).toBeGreaterThan(made.version);
    });

    it('gives a tenant that is made anew versions that the removed one never had', async () => {
      const made = await create('anew');
      let { version } = made;
      for (const quotaMb of [4, 5, 6]) {
        const change = { settings: { quotaBytes: quotaMb * MIB }, reason: 'more' };
        ({ version } = await directory.changeQuota(id('anew'), change, version, ACTOR));
      }
      await directory.remove(id('anew'), version, 'left us', ACTOR);
      const anew = await create('anew');
      expect(anew.version).toBeGreaterThan(version);
      expect(anew.settings.quotaBytes).toBe(5 * MIB);
      const stale = directory.changeTenant(id('anew'), { suspended: true, reason: 'stale' }, version, ACTOR);
      expect(await codeOf(stale)).toBe('PRECONDITION_FAILED');
    });

    it('neither changes nor removes a tenant that it does not know', async () => {
      expect(await codeOf(directory.changeTenant(id('nobody'), { suspended: true, reason: 'nobody' }, 0, ACTOR))).toBe(
        'TENANT_NOT_FOUND',
      );
      expect(await codeOf(directory.remove(id('nobody'), 0, 'nobody', ACTOR))).toBe('TENANT_NOT_FOUND');
      expect(await auditOf('nobody')).toEqual([]);
    });

    it('lists plans with their settings and how many tenants they have', async () => {
      await create('count-1', { plan: big });
      const { version } = await create('count-2', { plan: big });
      await directory.changeQuota(
        id('count-2'),
        { settings: { quotaBytes: MIB }, reason: 'own quota' },
        version,
        ACTOR,
      );
      const plans = await directory.plans();
      expect(plans.map((plan) => plan.name)).toEqual(plans.map((plan) => plan.name).sort());
      const plan = plans.find((each) => each.name === big);
      const onIt = (await directory.list({ plan: big, search: prefix, page: 1, pageSize: 100 })).total;
      expect(plan).toMatchObject({ settings: { quotaBytes: 50 * MIB }, isDefault: false, tenants: onIt });
      expect(plan?.tenantsWithOwnQuota).toBeGreaterThanOrEqual(1);
      expect(plans.filter(({ isDefault }) => isDefault)).toHaveLength(1);
    });

    it('changes the quotas of a plan page by page, each once, with an audit row each', async () => {
      const labels = ['p1', 'p2', 'p3', 'p4', 'p5'];
      for (const label of labels) await create(label, { plan: crowded });
      const same = { settings: { quotaBytes: 2 * MIB }, reason: 'own already' };
      const { version } = await directory.find(id('p3'));
      await directory.changeQuota(id('p3'), same, version, ACTOR);
      const change = { settings: { quotaBytes: 2 * MIB }, reason: 'smaller plan' };
      const seen: TenantRecord[] = [];
      const pages: number[] = [];
      let after: TenantId | undefined;
      do {
        const page = await directory.changePlanQuotas(crowded, change, { after, count: 2 }, ACTOR);
        seen.push(...page.changed);
        pages.push(page.changed.length);
        after = page.next;
      } while (after !== undefined);
      expect(pages).toEqual([2, 1, 1]);
      expect(seen.map((record) => record.tenantId)).toEqual(['p1', 'p2', 'p4', 'p5'].map(id));
      for (const record of seen) expect(await directory.find(record.tenantId)).toEqual(record);
      expect((await directory.find(id('p5'))).settings.quotaBytes).toBe(2 * MIB);
      expect(await auditOf('p3')).toHaveLength(2);
      expect(await auditOf('p4')).toMatchObject([
        { action: 'quota', before: { quotaBytes: 7 * MIB }, after: { quotaBytes: 2 * MIB }, reason: 'smaller plan' },
        { action: 'tenant' },
      ]);
      expect((await directory.find(id('listed'))).settings.quotaBytes).toBe(9 * MIB);
    });

    it('changes no quota of a plan where the settings are not allowed, or the plan is not there', async () => {
      const page = { after: undefined, count: 10 };
      const zero = { settings: { quotaBytes: 0 }, reason: 'nothing' };
      expect(await codeOf(directory.changePlanQuotas(crowded, zero, page, ACTOR))).toMatch(/_INVALID$/);
      expect(await codeOf(directory.changePlanQuotas(`none-${prefix}`, zero, page, ACTOR))).toBe('PLAN_NOT_FOUND');
      expect((await directory.find(id('p1'))).settings.quotaBytes).toBe(2 * MIB);
    });

    it('filters the audit by action, source and time', async () => {
      const system: Actor = { id: `${prefix}-system`, source: 'system' };
      await create('filtered');
      await directory.recordDeed(id('filtered'), { action: 'clear', reason: 'first' }, system);
      const { at } = (await auditOf('filtered'))[0] as { at: string };
      await until(() => Date.now() > Date.parse(at) + 1);
      await directory.recordDeed(
        id('filtered'),
        { action: 'invalidate', reason: 'second', before: { entries: 3 }, after: { entries: 0 } },
        system,
      );
      const of = async (filters: object) => {
        const { items, total } = await directory.audit({ tenant: id('filtered'), ...filters, page: 1, pageSize: 10 });
        expect(total).toBe(items.length);
        return items.map(({ reason }) => reason);
      };
      expect(await of({})).toEqual(['second', 'first', 'new customer']);
      expect(await of({ action: 'clear' })).toEqual(['first']);
      expect(await of({ source: 'system' })).toEqual(['second', 'first']);
      expect(await of({ source: 'api', action: 'clear' })).toEqual([]);
      const atMs = Date.parse(at);
      expect(await of({ untilMs: atMs + 1, source: 'system' })).toEqual(['first']);
      expect(await of({ untilMs: atMs, source: 'system' })).toEqual([]);
      expect(await of({ fromMs: atMs, source: 'system' })).toEqual(['second', 'first']);
      expect(await of({ fromMs: atMs + 1 })).toEqual(['second']);
      expect((await auditOf('filtered'))[0]).toMatchObject({ before: { entries: 3 }, after: { entries: 0 } });
    });
  });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}
