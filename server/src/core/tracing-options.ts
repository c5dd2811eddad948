import { assertOptionNames, invalidOption } from './options.js';

/** OpenTelemetry spans, made only where `@opentelemetry/api` is installed and an SDK is registered. */
export interface TracingOptions {
  /** Whether spans name the tenant. Default false: ids of customers then stay out of the tracing backend. */
  tenant?: boolean;
}

/** @throws TenantCacheError `OPTION_INVALID` */
export function resolveTracing(options: TracingOptions | false = {}): { tenant: boolean } | undefined {
  if (options === false) return undefined;
  assertOptionNames('createTenantCache() tracing', options, ['tenant']);
  const { tenant = false } = options;
  if (typeof tenant !== 'boolean') throw invalidOption('tracing', `tenant: ${typeof tenant}`, 'true or false');
  return { tenant };
}
