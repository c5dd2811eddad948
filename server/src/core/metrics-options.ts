import { TenantCacheError } from './errors.js';
import { assertOptionNames, invalidOption } from './options.js';
import type { TenantId } from './tenant-id.js';
import type { TenantIdRule } from './tenant-id-option.js';

/** What Prometheus is told. */
export interface MetricsOptions {
  /** Begins every family. Default `tenantcache_`. */
  prefix?: string;
  /** Tenants with series of their own, 0 or more; the others share the label `other`. Default 1,000. */
  maxTenantLabels?: number;
  /** Tenants that have series of their own first, `maxTenantLabels` at the most; the busiest of the others follow. */
  tenants?: readonly string[];
}

export interface MetricsSettings {
  readonly metricsPrefix: string;
  readonly maxTenantLabels: number;
  readonly labelledTenants: readonly TenantId[];
}

/** @throws TenantCacheError `OPTION_INVALID` */
export function metricsSettings(
  where: string,
  options: MetricsOptions | undefined,
  tenantId: TenantIdRule,
): MetricsSettings {
  const { prefix = 'tenantcache_', maxTenantLabels = 1_000, tenants = [] } = options ?? {};
  assertOptionNames(`${where} metrics`, options ?? {}, ['prefix', 'maxTenantLabels', 'tenants']);
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(prefix)) {
    throw invalidOption(where, 'metrics.prefix', 'letters, digits and underscores, no digit first');
  }
  if (!Number.isSafeInteger(maxTenantLabels) || maxTenantLabels < 0) {
    throw invalidOption(where, `metrics.maxTenantLabels: ${maxTenantLabels}`, 'a whole number, 0 or more');
  }
  if (!Array.isArray(tenants)) throw invalidOption(where, 'metrics.tenants', 'an array of tenant ids');
  const labelled = [...new Set(tenants.map((raw) => idOf(where, raw, tenantId)))];
  if (labelled.length > maxTenantLabels) {
    throw invalidOption(
      where,
      `metrics.tenants: ${labelled.length} tenants`,
      `at most maxTenantLabels, ${maxTenantLabels}`,
    );
  }
  return { metricsPrefix: prefix, maxTenantLabels, labelledTenants: labelled };
}

function idOf(where: string, raw: unknown, tenantId: TenantIdRule): TenantId {
  try {
    const id = tenantId(raw);
    // The label of all that have none: two series of one name would spoil the whole scrape.
    if (id !== 'other') return id;
  } catch (error) {
    if (!(error instanceof TenantCacheError)) throw error;
  }
  throw invalidOption(where, 'metrics.tenants', 'tenant ids, and not "other"');
}
