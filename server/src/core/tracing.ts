import type { TenantId } from './tenant-id.js';

/** `getOrSet` is one that left L1; an L1 hit has no span. */
export type SpanName = 'getOrSet' | 'l2.read' | 'l2.write' | 'l2.invalidate' | 'load' | 'refresh';

/** All that a span may tell: there is no room for a key or a value. */
export interface SpanFacts {
  /** Told only where the options ask for it. */
  readonly tenant: TenantId;
  readonly resource?: string | undefined;
  /** Where the value came from, `l3` being the loader. */
  readonly tier?: 'l1' | 'l2' | 'l3' | undefined;
  /** Such as `hit`, `miss`, `stale`, `stored`, `refused`. */
  readonly outcome?: string | undefined;
  /** How many, where a call is about several. */
  readonly entries?: number | undefined;
}

/** A span under way, to be told what is known only later. */
export interface Span {
  tell(facts: Omit<SpanFacts, 'tenant'>): void;
}

/** Where it is not `enabled`, callers run without it: that one look is all it may cost them. */
export interface Tracing {
  readonly enabled: boolean;
  /** Runs inside a span, which a rejection marks as failed. `refresh` is a trace of its own, linked to the one around it. */
  span<T>(name: SpanName, facts: SpanFacts, run: (span?: Span) => Promise<T>): Promise<T>;
  /** Of the span around the caller, its own or the application's, where that is sampled: only such a trace can be found. */
  traceId(): string | undefined;
  close(): void;
}

export const NOOP_TRACING: Tracing = {
  enabled: false,
  span: (_name, _facts, run) => run(),
  traceId: () => undefined,
  close() {},
};
