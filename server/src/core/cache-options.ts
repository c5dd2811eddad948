import { CODEC_OPTION_NAMES, type CodecOptions, resolveCodecOptions } from './codec-options.js';
import type { Logger } from './contracts.js';
import { NOOP_LOGGER } from './contracts.js';
import type { TenantDirectory } from './directory.js';
import { type Duration, durationMs } from './duration.js';
import type { CacheEvent } from './events.js';
import { type L1Options, resolveL1Options } from './l1-options.js';
import { LOAD_DEFAULTS, LOAD_OPTION_NAMES, type LoadOptions, loadSettings } from './load-options.js';
import { type MetricsOptions, metricsSettings } from './metrics-options.js';
import { assertOptionNames, invalidOption } from './options.js';
import { assertRedis, isOnCluster, type RedisOption } from './redis-option.js';
import { type DatasetOptions, datasetSettings } from './shared-options.js';
import type { StaticTenantsOptions } from './static-tenants.js';
import { tenantIdRule } from './tenant-id-option.js';
import { resolveTracing, type TracingOptions } from './tracing-options.js';
import { resolveTtlOptions, type TtlPolicyOptions } from './ttl-options.js';
import { type UpkeepOptions, upkeepSettings } from './upkeep-options.js';
import type { UsageSink } from './usage-sink.js';
import { type WebhookOptions, webhookSettings } from './webhook-options.js';
import { type WriteBehindOptions, writeBehindSettings } from './write-behind-options.js';

/** Options of `createTenantCache`; `docs/options.md` lists them. */
export interface CacheOptions extends Omit<LoadOptions, 'ttl'>, CodecOptions {
  /** Omitted: entries live in the memory of this process only. */
  redis?: RedisOption;
  tenants: TenantDirectory | StaticTenantsOptions;
  /** Omitted: counters are exported to Prometheus, and lost with the process. */
  usage?: UsageSink;
  l1?: L1Options | false;
  /** Default 5 minutes. */
  defaultTtl?: Duration;
  /** Longest wait for one call to Redis. Default 50 ms. */
  redisTimeout?: Duration;
  /** How long values of each category are fresh; `docs/features/ttl.md` has the categories there are without it. */
  ttlPolicy?: TtlPolicyOptions;
  /** OpenTelemetry spans, where an SDK is registered. Default on, without the tenant's id. */
  tracing?: TracingOptions | false;
  /** `failures` calls in a row without an answer (5) open it; after `halfOpenAfter` (30 s) one call probes. */
  breaker?: { failures?: number; halfOpenAfter?: Duration };
  /** How often usage is brought to the sink, and the length of a sample. Default 5 minutes. */
  usageInterval?: Duration;
  /** Largest entry, in bytes as counted against the quota. Default 8 MiB, at most 32 MiB - 16. */
  maxEntryBytes?: number;
  logger?: Logger;
  observers?: readonly ((event: CacheEvent) => void)[];
  metrics?: MetricsOptions;
  /** Omitted: `writeBehind` rejects with `OPTION_INVALID`. */
  writeBehind?: WriteBehindOptions;
  /** A narrower rule for tenant ids, which the whole id must match. Default: the grammar alone. */
  tenantIds?: RegExp;
  /** Where alerts may be sent. Default: https and public addresses only. */
  webhooks?: WebhookOptions;
  /** Datasets that all tenants read and the platform writes and pays for, by their names. */
  shared?: Readonly<Record<string, DatasetOptions>>;
  /** What one process at a time does for all; `false`: never this one. */
  upkeep?: UpkeepOptions | false;
}

const MIB = 1024 * 1024;
const WHERE = 'createTenantCache()';
const NAMES = [
  'redis',
  'tenants',
  'usage',
  'l1',
  'defaultTtl',
  ...LOAD_OPTION_NAMES.filter((name) => name !== 'ttl'),
  'ttlPolicy',
  'tracing',
  'redisTimeout',
  'breaker',
  'usageInterval',
  'maxEntryBytes',
  ...CODEC_OPTION_NAMES,
  'logger',
  'observers',
  'metrics',
  'writeBehind',
  'tenantIds',
  'upkeep',
  'webhooks',
  'shared',
]; // prettier-ignore

export type ResolvedCacheOptions = ReturnType<typeof resolveCacheOptions>;

/** Every option with its default. @throws TenantCacheError `OPTION_INVALID` saying what was given and what is allowed */
export function resolveCacheOptions(options: CacheOptions) {
  assertOptionNames(WHERE, options, NAMES);
  if (options.redis !== undefined) assertRedis(WHERE, options.redis);
  if (typeof options.tenants !== 'object' || options.tenants === null) {
    throw invalidOption(WHERE, 'no tenants', 'postgresTenants({ url }) or { static, default }');
  }
  assertMethods('logger', options.logger, ['debug', 'info', 'warn', 'error']);
  assertMethods('codec', options.codec, ['encode', 'decode']);
  assertMethods('usage', options.usage, ['merge', 'close']);
  const observers: unknown = options.observers ?? [];
  if (!Array.isArray(observers) || observers.some((observer) => typeof observer !== 'function')) {
    throw invalidOption(WHERE, 'observers', 'an array of functions of a CacheEvent');
  }
  const { breaker = {} } = options;
  assertOptionNames(`${WHERE} breaker`, breaker, ['failures', 'halfOpenAfter']);
  const tenantId = tenantIdRule(WHERE, options.tenantIds);
  return Object.freeze({
    redis: options.redis,
    onCluster: isOnCluster(options.redis),
    tenants: options.tenants,
    usage: options.usage,
    l1: options.l1 === false ? undefined : resolveL1Options(WHERE, options.l1 ?? {}),
    load: resolveLoad(options),
    ttlPolicy: resolveTtlOptions(options.ttlPolicy),
    tracing: resolveTracing(options.tracing),
    redisTimeoutMs: durationMs(options.redisTimeout ?? '50ms', 'redisTimeout', 1),
    breakerFailures: wholeNumber('breaker.failures', breaker.failures ?? 5, 1),
    breakerHalfOpenAfterMs: durationMs(breaker.halfOpenAfter ?? '30s', 'breaker.halfOpenAfter', 1),
    usageIntervalMs: usageInterval(options.usageInterval ?? '5m'),
    maxEntryBytes: wholeNumber('maxEntryBytes', options.maxEntryBytes ?? 8 * MIB, 1, 32 * MIB - 16),
    encoding: resolveCodecOptions(WHERE, options),
    logger: options.logger ?? NOOP_LOGGER,
    observers: options.observers ?? [],
    writeBehind: options.writeBehind === undefined ? undefined : writeBehindSettings(options.writeBehind),
    tenantId,
    upkeep: upkeepSettings(options.upkeep),
    webhooks: webhookSettings(options.webhooks),
    datasets: datasetSettings(options.shared),
    ...metricsSettings(WHERE, options.metrics, tenantId),
  });
}

function resolveLoad(options: CacheOptions) {
  const { defaultTtl } = options;
  return Object.freeze(
    loadSettings(WHERE, defaultTtl === undefined ? options : { ...options, ttl: defaultTtl }, LOAD_DEFAULTS),
  );
}

/** Timers and the length of a sample are bounded, and a day's usage must not end in the next one's. */
function usageInterval(value: Duration): number {
  const ms = durationMs(value, 'usageInterval', 1_000);
  if (ms > 86_400_000) throw invalidOption(WHERE, `usageInterval: ${value}`, '1 s to 1 day');
  return ms;
}

function assertMethods(name: string, value: unknown, methods: readonly string[]): void {
  if (value === undefined) return;
  const missing = methods.find((method) => typeof (value as Record<string, unknown> | null)?.[method] !== 'function');
  if (missing !== undefined)
    throw invalidOption(WHERE, `${name} without ${missing}()`, `an object with ${methods.join('(), ')}()`);
}

function wholeNumber(name: string, value: number, min: number, max = Number.MAX_SAFE_INTEGER): number {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw invalidOption(WHERE, `${name}: ${value}`, `a whole number from ${min} to ${max}`);
  }
  return value;
}
