import { type Duration, durationMs } from './duration.js';
import { assertOptionNames, invalidOption } from './options.js';
import { RESOURCE_PATTERN } from './resource.js';
import { type TenantId, tenantId } from './tenant-id.js';

export type TtlMode = 'static' | 'dynamic' | 'adaptive';

/** How long the values of a category are fresh. A duration alone is a fixed time. */
export interface TtlRuleOptions {
  ttl: Duration;
  /** `dynamic` follows how much the numbers move, `adaptive` whether the value changes at all. Default `static`. */
  mode?: TtlMode;
  /** The shortest that a mode may come to. Default a quarter of `ttl`. */
  min?: Duration;
  /** The longest that a mode may come to. Default four times `ttl`. */
  max?: Duration;
  /** `dynamic` only: how far a number may be expected to move while it is fresh, relative to itself. Default 0.005. */
  tolerance?: number;
}

export interface TtlPolicyOptions {
  /** Added to those of `DEFAULT_CATEGORIES`, or in place of them. */
  categories?: Readonly<Record<string, Duration | TtlRuleOptions>>;
  /** The category of each resource that has none by `defineResource` or by the call. */
  resources?: Readonly<Record<string, string>>;
  /** By tenant: rules for a category, or for a resource that `resources` names. */
  tenants?: Readonly<Record<string, Readonly<Record<string, Duration | TtlRuleOptions>>>>;
  /** Memory for what the modes remember of entries, of all tenants together. Default 4 MiB. */
  historyBytes?: number;
}

export const DEFAULT_CATEGORIES: Readonly<Record<string, Duration>> = Object.freeze({
  realtime: '60s',
  price: '60s',
  ohlcv: '5m',
  'daily-ohlcv': '1h',
  portfolio: '5m',
  positions: '60s',
  trades: '30s',
  signals: '5m',
  analysis: '30m',
  news: '4h',
  historical: '6h',
  insights: '30m',
  fundamentals: '24h',
});

export interface TtlRule {
  readonly mode: TtlMode;
  readonly ttlMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly tolerance: number;
}

export interface TtlRules {
  readonly categories: ReadonlyMap<string, TtlRule>;
  readonly resources: ReadonlyMap<string, string>;
  readonly tenants: ReadonlyMap<TenantId, ReadonlyMap<string, TtlRule>>;
  readonly historyBytes: number;
}

const WHERE = 'ttlPolicy';
const MODES: readonly TtlMode[] = ['static', 'dynamic', 'adaptive'];
const DEFAULT_HISTORY_BYTES = 4 * 1024 * 1024;
const DEFAULT_TOLERANCE = 0.005;
const SPREAD = 4;

/** @throws TenantCacheError `OPTION_INVALID`, `TENANT_INVALID` */
export function resolveTtlOptions(options: TtlPolicyOptions = {}): TtlRules {
  assertOptionNames(WHERE, options, ['categories', 'resources', 'tenants', 'historyBytes']);
  const categories = new Map<string, TtlRule>();
  for (const [name, rule] of [...Object.entries(DEFAULT_CATEGORIES), ...entriesOf('categories', options.categories)]) {
    if (!RESOURCE_PATTERN.test(name)) {
      throw invalidOption(`${WHERE}.categories`, `a name of ${name.length} characters`, String(RESOURCE_PATTERN));
    }
    categories.set(name, resolveRule(`${WHERE}.categories.${name}`, rule));
  }
  const resources = new Map<string, string>();
  for (const [resource, category] of entriesOf('resources', options.resources)) {
    if (!RESOURCE_PATTERN.test(resource)) {
      throw invalidOption(`${WHERE}.resources`, `a name of ${resource.length} characters`, String(RESOURCE_PATTERN));
    }
    if (!categories.has(category)) throw unknownCategory(`${WHERE}.resources.${resource}`, category, categories);
    resources.set(resource, category);
  }
  const historyBytes = options.historyBytes ?? DEFAULT_HISTORY_BYTES;
  if (!Number.isSafeInteger(historyBytes) || historyBytes < 1) {
    throw invalidOption(WHERE, `historyBytes: ${String(historyBytes)}`, 'a whole number of bytes > 0');
  }
  return { categories, resources, tenants: resolveTenants(options.tenants, categories, resources), historyBytes };
}

/** An `OPTION_INVALID` that lists what there is. */
export function unknownCategory(where: string, given: unknown, known: ReadonlyMap<string, unknown>) {
  const text = typeof given === 'string' ? `the unknown category ${given.slice(0, 64)}` : `category: ${typeof given}`;
  return invalidOption(
    where,
    text,
    [...known.keys()].join(', '),
    'name it under ttlPolicy.categories, or use one of these',
  );
}

function resolveTenants(
  options: TtlPolicyOptions['tenants'],
  categories: ReadonlyMap<string, TtlRule>,
  resources: ReadonlyMap<string, string>,
): Map<TenantId, Map<string, TtlRule>> {
  const tenants = new Map<TenantId, Map<string, TtlRule>>();
  for (const [id, overrides] of entriesOf('tenants', options)) {
    const rules = new Map<string, TtlRule>();
    for (const [name, rule] of entriesOf('tenants', overrides)) {
      // A name that nothing has would silently change nothing.
      if (!categories.has(name) && !resources.has(name)) {
        throw unknownCategory(`${WHERE}.tenants`, name, new Map<string, unknown>([...categories, ...resources]));
      }
      rules.set(name, resolveRule(`${WHERE}.tenants: ${name}`, rule));
    }
    tenants.set(tenantId(id), rules);
  }
  return tenants;
}

function resolveRule(where: string, given: Duration | TtlRuleOptions): TtlRule {
  const options: TtlRuleOptions = typeof given === 'object' ? given : { ttl: given };
  assertOptionNames(where, options, ['ttl', 'mode', 'min', 'max', 'tolerance']);
  const { mode = 'static', min, max, tolerance = DEFAULT_TOLERANCE } = options;
  if (!MODES.includes(mode)) throw invalidOption(where, `mode: ${String(mode)}`, MODES.join(', '));
  const ttlMs = durationMs(options.ttl, `${where}: ttl`, 1);
  if (mode === 'static' && (min !== undefined || max !== undefined)) {
    throw invalidOption(where, 'min or max without a mode', "mode: 'dynamic' or 'adaptive', or ttl alone");
  }
  if (options.tolerance !== undefined && mode !== 'dynamic') {
    throw invalidOption(where, `tolerance with mode ${mode}`, "mode: 'dynamic'");
  }
  if (!(typeof tolerance === 'number' && tolerance > 0 && tolerance <= 1)) {
    throw invalidOption(where, `tolerance: ${String(tolerance)}`, 'a number above 0, at most 1');
  }
  const minMs = min === undefined ? Math.max(1, Math.round(ttlMs / SPREAD)) : durationMs(min, `${where}: min`, 1);
  const maxMs = max === undefined ? ttlMs * SPREAD : durationMs(max, `${where}: max`, 1);
  if (minMs > ttlMs || maxMs < ttlMs) {
    throw invalidOption(where, `min ${minMs} ms, ttl ${ttlMs} ms, max ${maxMs} ms`, 'min <= ttl <= max');
  }
  return mode === 'static'
    ? { mode, ttlMs, minMs: ttlMs, maxMs: ttlMs, tolerance }
    : { mode, ttlMs, minMs, maxMs, tolerance };
}

function entriesOf<T>(name: string, value: Readonly<Record<string, T>> | undefined): [string, T][] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidOption(WHERE, `${name}: ${value === null ? 'null' : typeof value}`, 'an object');
  }
  return Object.entries(value);
}
