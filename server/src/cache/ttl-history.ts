import { LRUCache } from 'lru-cache';
import type { EntryId } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';
import type { TtlStep } from '../core/ttl-decision.js';
import type { TtlRule } from '../core/ttl-options.js';
import { durationText } from './ttl-text.js';

const MAX_STEPS = 8;
/** Heap of a history beside its key: fields, numbers, eight steps and the reason; measured generously. */
const HISTORY_BYTES = 1_024;

/** What a mode makes of a store. */
export interface Verdict {
  readonly change: number;
  readonly ttlMs: number;
  readonly because: string;
}

/** What one process remembers of an entry whose time moves. */
export class EntryHistory {
  ttlMs: number;
  reason = '';
  storedAtMs: number;
  /** When the value was last seen to be another, or was first seen. */
  changedAtMs: number;
  /** Since the last store. */
  asked = 0;
  /** Of relative changes, per millisecond. */
  variancePerMs = 0;
  observations = 0;
  numbers: readonly number[] = [];
  digest = '';
  readonly steps: TtlStep[] = [];

  constructor(
    readonly rule: TtlRule,
    readonly label: string,
    nowMs: number,
  ) {
    this.ttlMs = rule.ttlMs;
    this.storedAtMs = nowMs;
    this.changedAtMs = nowMs;
  }

  /** Ends a store: what came of it, and from when the next is counted. */
  record(nowMs: number, { change, ttlMs, because }: Verdict): void {
    this.ttlMs = ttlMs;
    this.reason = `${durationText(ttlMs)}, ${this.label}: ${because}`;
    this.storedAtMs = nowMs;
    this.asked = 0;
    this.steps.push({ atMs: nowMs, change, ttlMs });
    if (this.steps.length > MAX_STEPS) this.steps.shift();
  }
}

/** Histories within a number of bytes; the one used longest ago is forgotten, and its entry begins anew. */
export class TtlHistories {
  readonly #histories: LRUCache<string, EntryHistory>;

  constructor(maxBytes: number) {
    this.#histories = new LRUCache({ maxSize: maxBytes });
  }

  get(tenant: TenantId, id: EntryId): EntryHistory | undefined {
    return this.#histories.get(keyOf(tenant, id));
  }

  peek(tenant: TenantId, id: EntryId): EntryHistory | undefined {
    return this.#histories.peek(keyOf(tenant, id));
  }

  /** The history under this rule; one under another rule says nothing about it. */
  open(tenant: TenantId, id: EntryId, rule: TtlRule, label: string, nowMs: number): EntryHistory {
    const key = keyOf(tenant, id);
    const known = this.#histories.get(key);
    if (known?.rule === rule) return known;
    const history = new EntryHistory(rule, label, nowMs);
    this.#histories.set(key, history, { size: HISTORY_BYTES + key.length * 2 });
    return history;
  }

  get bytes(): number {
    return this.#histories.calculatedSize;
  }
}

/** No tenant id holds a colon. */
function keyOf(tenant: TenantId, id: EntryId): string {
  return `${tenant}:${id}`;
}
