import type { TenantStream } from './tenant-stream.js';

/** What happened since the last line. */
export class Summary {
  #sinceMs = Date.now();
  #latenciesMs: number[] = [];
  #byStatusClass = new Map<number, number>();
  #exceeded = 0;
  #failed = 0;

  answered(status: number, exceeded: boolean, latencyMs: number): void {
    const statusClass = Math.floor(status / 100);
    this.#byStatusClass.set(statusClass, (this.#byStatusClass.get(statusClass) ?? 0) + 1);
    this.#latenciesMs.push(latencyMs);
    if (exceeded) this.#exceeded++;
  }

  failed(): void {
    this.#failed++;
  }

  /** One line of text; begins a new period. */
  line(streams: readonly TenantStream[]): string {
    const seconds = (Date.now() - this.#sinceMs) / 1_000;
    const sorted = this.#latenciesMs.sort((a, b) => a - b);
    const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1);
    const statuses = [...this.#byStatusClass].sort().map(([digit, count]) => `${digit}xx ${count}`);
    const warned = streams.filter(({ usedShare }) => usedShare >= 0.8).length;
    const parts = [
      `${(sorted.length / seconds).toFixed(0)} requests/s`,
      `P50 ${at(0.5)} ms`,
      `P95 ${at(0.95)} ms`,
      ...statuses,
      `failed ${this.#failed}`,
      `flagged over quota ${this.#exceeded}`,
      `${warned} of ${streams.length} tenants at 80 % or more`,
    ];
    this.#sinceMs = Date.now();
    this.#latenciesMs = [];
    this.#byStatusClass = new Map();
    this.#exceeded = this.#failed = 0;
    return parts.join(', ');
  }
}
