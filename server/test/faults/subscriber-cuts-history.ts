/** What one process did and saw, in milliseconds of the machine's monotonic clock. */
export interface ProcessHistory {
  /** By the value's name: when the write was acknowledged, or when a load read its source. Null: not known. */
  readonly values: Record<string, number | null>;
  readonly mutations: readonly Mutation[];
  readonly spans: readonly Span[];
  readonly reads: number;
}

/** An acknowledged write or invalidation: nothing that was settled before `invokedMs` is current after it. */
export interface Mutation {
  readonly keys: readonly number[];
  readonly kind: string;
  readonly invokedMs: number;
  readonly ackedMs: number;
}

/** Reads of one key in a row that all found one value; times are those at which they began. */
export interface Span {
  readonly key: number;
  readonly value: string;
  readonly lastMs: number;
}

export interface Staleness {
  /** How long a value was read after a mutation by this same process. Anything above 0 is a defect. */
  ownMs: number;
  ownKind: string;
  /** For each mutation that another process made and each process that was listening throughout. */
  readonly healthyMs: number[];
  /** The longest that any value was read after a mutation, whatever was cut. */
  worstMs: number;
  worst: string;
}

/** A process is at fault from `fromMs` on, until `toMs`. */
export interface FaultWindow {
  readonly process: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export function judge(histories: readonly ProcessHistory[], faults: readonly FaultWindow[]): Staleness {
  const verdict: Staleness = { ownMs: 0, ownKind: '', healthyMs: [], worstMs: 0, worst: '' };
  const settled = new Map<string, number | null>();
  for (const { values } of histories) for (const [value, ms] of Object.entries(values)) settled.set(value, ms);
  const byKey = new Map<number, (Mutation & { process: number })[]>();
  for (const [process, { mutations }] of histories.entries()) {
    for (const mutation of mutations) {
      for (const key of mutation.keys) byKey.set(key, [...(byKey.get(key) ?? []), { ...mutation, process }]);
    }
  }
  for (const [process, { spans }] of histories.entries()) {
    for (const span of spans) {
      const settledMs = settled.get(span.value);
      if (settledMs === undefined) throw new Error(`a value that nobody wrote: ${span.value}`);
      if (settledMs === null) continue;
      for (const mutation of byKey.get(span.key) ?? []) {
        if (mutation.invokedMs <= settledMs) continue;
        const staleMs = Math.max(0, span.lastMs - mutation.ackedMs);
        if (mutation.process === process) {
          if (staleMs > verdict.ownMs) Object.assign(verdict, { ownMs: staleMs, ownKind: mutation.kind });
          continue;
        }
        if (staleMs > verdict.worstMs) {
          verdict.worstMs = staleMs;
          verdict.worst = `${mutation.kind} by ${mutation.process} seen by ${process}`;
        }
        const cut = faults.some(
          (fault) => fault.process === process && fault.fromMs < span.lastMs && fault.toMs > mutation.ackedMs,
        );
        // What was read last well before the mutation says nothing of how soon it was heard.
        if (!cut && span.lastMs > mutation.invokedMs) verdict.healthyMs.push(staleMs);
      }
    }
  }
  return verdict;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
