import { countedSoFar, type TenantCounters } from '../core/counters.js';
import type { TenantId } from '../core/tenant-id.js';
import { CounterBase } from './counter-values.js';
import { KeptPart } from './kept-part.js';

const DAY_MS = 86_400_000;
/** The last of a day is alone with the day's sums: kept for so long after the journal has it, which may be lost. */
const LAST_OF_DAY_KEPT_MS = 3_600_000;

/** Parts of ended buckets that all tenants of the process may have together. */
export interface EndedParts {
  count: number;
  readonly max: number;
}

/** Cuts one tenant's counters into days and buckets, and keeps the parts until they are safe. */
export class TenantAccount {
  readonly #tenantId: TenantId;
  readonly #processEpoch: string;
  readonly #bucketMs: number;
  readonly #endedOfAll: EndedParts;
  readonly #dayBase = new CounterBase();
  readonly #bucketBase = new CounterBase();
  readonly #ended: KeptPart[] = [];
  #bucketStartMs: number;
  #date: string;
  #counted = 0;
  #underway: KeptPart | undefined;

  constructor(
    tenantId: TenantId,
    readonly counters: TenantCounters,
    processEpoch: string,
    bucketMs: number,
    sinceMs: number,
    endedOfAll: EndedParts,
  ) {
    this.#tenantId = tenantId;
    this.#processEpoch = processEpoch;
    this.#bucketMs = bucketMs;
    this.#endedOfAll = endedOfAll;
    this.#bucketStartMs = bucketStart(sinceMs, bucketMs);
    this.#date = dateOf(this.#bucketStartMs);
  }

  /**
   * Brings the parts up to date. What was counted since the last look belongs to the bucket of that look, so looks a
   * second apart place it to the second. A clock that goes back stays in its bucket.
   */
  look(nowMs: number, incarnation: number | undefined): void {
    const startMs = bucketStart(nowMs, this.#bucketMs);
    const counted = countedSoFar(this.counters);
    if (counted !== this.#counted) this.#underway = this.#cut();
    this.#counted = counted;
    if (this.#ended.length > 0) this.#dropKept(nowMs, incarnation);
    if (startMs > this.#bucketStartMs) this.#begin(startMs);
  }

  /** Adds to `parts` those that are `wanted`, oldest first. */
  addTo(parts: KeptPart[], wanted: (kept: KeptPart) => boolean): void {
    for (const kept of this.#ended) if (wanted(kept)) parts.push(kept);
    if (this.#underway && wanted(this.#underway)) parts.push(this.#underway);
  }

  /** Whether all that was counted outlives the process. */
  isSafe(incarnation: number | undefined): boolean {
    if (countedSoFar(this.counters) !== this.#counted) return false;
    return [...this.#ended, this.#underway].every((kept) => kept?.isSafe(incarnation) ?? true);
  }

  /** Its parts are held no longer. */
  close(): void {
    this.#endedOfAll.count -= this.#ended.length;
    this.#ended.length = 0;
    this.#underway = undefined;
  }

  #begin(startMs: number): void {
    if (this.#underway) this.#end(this.#underway);
    this.#underway = undefined;
    const date = dateOf(startMs);
    if (date !== this.#date) {
      this.#date = date;
      this.#dayBase.take(this.counters);
      this.#dayBase.takeResources(this.counters);
    }
    this.#bucketStartMs = startMs;
    this.#bucketBase.take(this.counters);
  }

  #end(kept: KeptPart): void {
    this.#ended.push(kept);
    this.#endedOfAll.count++;
    if (this.#endedOfAll.count <= this.#endedOfAll.max) return;
    // The day's sums are in its later parts too: what is lost is a sample.
    const dropped = this.#ended.findIndex(({ part }, index) => this.#ended[index + 1]?.part.date === part.date);
    if (dropped === -1) return;
    this.#ended.splice(dropped, 1);
    this.#endedOfAll.count--;
  }

  /** What is in the journal alone is kept for a while, for a journal that comes back empty before it was collected. */
  #dropKept(nowMs: number, incarnation: number | undefined): void {
    let left = 0;
    for (const [index, kept] of this.#ended.entries()) {
      const next = this.#ended[index + 1] ?? this.#underway;
      const keptMs =
        next?.part.date === kept.part.date ? this.#bucketMs : Math.max(this.#bucketMs, LAST_OF_DAY_KEPT_MS);
      if (kept.merged || (kept.isSafe(incarnation) && nowMs >= kept.endsMs + keptMs)) continue;
      this.#ended[left++] = kept;
    }
    this.#endedOfAll.count -= this.#ended.length - left;
    this.#ended.length = left;
  }

  #cut(): KeptPart {
    const { counters } = this;
    return new KeptPart({
      tenantId: this.#tenantId,
      processEpoch: this.#processEpoch,
      date: this.#date,
      day: this.#dayBase.since(counters),
      resources: this.#dayBase.resourcesSince(counters),
      bucketStartMs: this.#bucketStartMs,
      bucketMs: this.#bucketMs,
      bucket: this.#bucketBase.since(counters),
      usedBytes: counters.usedBytes,
      entries: counters.entries,
      quotaBytes: counters.quotaBytes,
      hardLimitBytes: counters.hardLimitBytes,
    });
  }
}

/** A bucket that midnight falls into ends there, and another begins, so that each is of one day. */
function bucketStart(atMs: number, bucketMs: number): number {
  return Math.max(atMs - (atMs % bucketMs), atMs - (atMs % DAY_MS));
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
