import type { Attributes, Span as OtelSpan, Tracer } from '@opentelemetry/api';
import { TenantCacheError } from '../core/errors.js';
import type { Span, SpanFacts, SpanName, Tracing } from '../core/tracing.js';

type Api = typeof import('@opentelemetry/api');

export interface OpenTelemetryOptions {
  /** Whether spans name the tenant. */
  tenant: boolean;
  /** Of this package, for the instrumentation scope. */
  version: string;
  load?: () => Promise<Api>;
}

const SCOPE = 'tenantcache';
/** An application may register its SDK after the cache was made; until then one look at this interval is all it costs. */
const DETECT_INTERVAL_MS = 2_000;

/** Spans through the API package alone, and only once an SDK is registered there. Without the package nothing happens. */
export class OpenTelemetryTracing implements Tracing {
  enabled = false;
  /** Resolves once the package is loaded or known to be missing. */
  readonly loaded: Promise<void>;
  readonly #options: OpenTelemetryOptions;
  #api: Api | undefined;
  #tracer: Tracer | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: OpenTelemetryOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.detect(), DETECT_INTERVAL_MS).unref();
    const load = options.load ?? (() => import('@opentelemetry/api'));
    this.loaded = load().then(
      (api) => {
        this.#api = api;
        this.detect();
      },
      () => this.close(),
    );
  }

  /** Looks whether an SDK is registered by now. */
  detect(): void {
    if (this.#api === undefined || this.#timer === undefined || !isRegistered(this.#api)) return;
    this.#tracer = this.#api.trace.getTracer(SCOPE, this.#options.version);
    this.enabled = true;
    this.#stopLooking();
  }

  span<T>(name: SpanName, facts: SpanFacts, run: (span?: Span) => Promise<T>): Promise<T> {
    const [api, tracer] = [this.#api, this.#tracer];
    if (!this.enabled || api === undefined || tracer === undefined) return run();
    const attributes = attributesOf(facts);
    if (this.#options.tenant) attributes[`${SCOPE}.tenant`] = facts.tenant;
    const root = name === 'refresh';
    const around = root ? api.trace.getSpanContext(api.context.active()) : undefined;
    const links = around === undefined ? [] : [{ context: around }];
    return tracer.startActiveSpan(`${SCOPE}.${name}`, { attributes, root, links }, async (span) => {
      try {
        return await run(span.isRecording() ? { tell: (more) => tell(span, more) } : undefined);
      } catch (error) {
        // No message and no stack: an error of the application may hold keys, tokens or values.
        span.setAttribute('error.type', errorType(error));
        span.setStatus({ code: api.SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    });
  }

  traceId(): string | undefined {
    if (!this.enabled || this.#api === undefined) return undefined;
    const { context, trace, TraceFlags, isSpanContextValid } = this.#api;
    const around = trace.getSpanContext(context.active());
    if (around === undefined || (around.traceFlags & TraceFlags.SAMPLED) === 0) return undefined;
    return isSpanContextValid(around) ? around.traceId : undefined;
  }

  close(): void {
    this.#stopLooking();
    this.enabled = false;
  }

  #stopLooking(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** Until an SDK is registered the provider is a proxy without a delegate. */
function isRegistered({ trace }: Api): boolean {
  const provider = trace.getTracerProvider() as { getDelegateTracer?: (name: string) => Tracer | undefined };
  return provider.getDelegateTracer === undefined || provider.getDelegateTracer(SCOPE) !== undefined;
}

function tell(span: OtelSpan, facts: Omit<SpanFacts, 'tenant'>): void {
  span.setAttributes(attributesOf(facts));
}

/** Name by name, so that nothing else a caller's object may hold gets out. */
function attributesOf({ resource, tier, outcome, entries }: Omit<SpanFacts, 'tenant'>): Attributes {
  const attributes: Attributes = {};
  if (resource !== undefined) attributes[`${SCOPE}.resource`] = resource;
  if (tier !== undefined) attributes[`${SCOPE}.tier`] = tier;
  if (outcome !== undefined) attributes[`${SCOPE}.outcome`] = outcome;
  if (entries !== undefined) attributes[`${SCOPE}.entries`] = entries;
  return attributes;
}

/** The class of an error, where its name is one: an application may write anything there. `_OTHER` is OpenTelemetry's word. */
function errorType(error: unknown): string {
  if (error instanceof TenantCacheError) return error.code;
  if (!(error instanceof Error)) return typeof error;
  return /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(error.name) ? error.name : '_OTHER';
}
