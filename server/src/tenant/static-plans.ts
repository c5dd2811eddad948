import type { PlanRecord, TenantRecord } from '../core/directory.js';
import { fail } from '../core/errors.js';
import { assertOptionNames } from '../core/options.js';
import type { TenantSettings } from '../core/quota.js';
import type { TenantId } from '../core/tenant-id.js';
import { completeSettings } from './settings.js';

/** What an unknown tenant is on. */
export const DEFAULT_PLAN = 'default';

/** Plans from configuration: those that are listed, and the default. Nothing has a price. */
export class StaticPlans {
  readonly #settings = new Map<string, Required<TenantSettings>>();

  /** @throws TenantCacheError `OPTION_INVALID` */
  constructor(where: string, plans: Readonly<Record<string, TenantSettings>>, byDefault: TenantSettings | undefined) {
    assertOptionNames(`${where}.plans`, plans, Object.keys(plans));
    for (const [name, settings] of Object.entries(plans)) {
      this.#settings.set(name, completeSettings(`${where}.plans.${name}`, settings));
    }
    if (byDefault) this.#settings.set(DEFAULT_PLAN, completeSettings(`${where}.default`, byDefault));
  }

  get default(): Required<TenantSettings> | undefined {
    return this.#settings.get(DEFAULT_PLAN);
  }

  /** @throws TenantCacheError `PLAN_NOT_FOUND` */
  of(plan: string): Required<TenantSettings> {
    const settings = this.#settings.get(plan);
    if (!settings) throw fail('PLAN_NOT_FOUND', { todo: 'list it in `plans`' });
    return settings;
  }

  /** By name. A plan that a tenant is listed with and that has no settings of its own is not one of them. */
  list(records: readonly TenantRecord[], hasOwnQuota: (tenant: TenantId) => boolean): PlanRecord[] {
    return [...this.#settings].sort(byName).map(([name, settings]) => {
      const on = records.filter(({ plan }) => plan === name);
      const tenantsWithOwnQuota = on.filter(({ tenantId }) => hasOwnQuota(tenantId)).length;
      const isDefault = name === DEFAULT_PLAN && this.default !== undefined;
      return { name, settings, isDefault, tenants: on.length, tenantsWithOwnQuota, prices: null };
    });
  }
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
