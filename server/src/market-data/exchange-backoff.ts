import type { PlatformDataset } from '../core/shared.js';
import { ExchangeLimitedError } from './exchange-limited-error.js';
import { exchangeGroup } from './market-names.js';

export const BACKOFF_KIND = 'backoff';

const FIRST_MS = 5_000;
const LONGEST_UNTOLD_MS = 60_000;
/** However long it says: a header that is wrong must not keep an exchange away for days. */
const LONGEST_TOLD_MS = 3_600_000;
/** An exchange that limits again so soon after its last back-off is left alone for longer. */
const REMEMBERED_MS = 60_000;
const NONE_KEPT_MS = 30_000;

/** Of processes, at the most: a back-off that is lifted must be over also where it was told by a clock that is ahead. */
const CLOCKS_DIFFER_MS = 60_000;

/** As it stands in the dataset; times in milliseconds since 1970. */
interface Standing {
  readonly until: number;
  readonly inARow: number;
  /** Of two standings the later one holds: each is set after the one that its process knew. */
  readonly setAtMs: number;
}

/**
 * An exchange that refused a call is asked by no process until its time is over: what one is told, the dataset tells all.
 * Each remembers it as well, so that it holds though the dataset loses it, by an invalidation, an eviction or with Redis.
 */
export class ExchangeBackoff {
  readonly #platform: PlatformDataset;
  readonly #now: () => number;
  /** By exchange, what this process told or was told last. */
  readonly #known = new Map<string, Standing>();

  constructor(platform: PlatformDataset, now: () => number) {
    this.#platform = platform;
    this.#now = now;
    // Known not to stand, it is asked for without a round trip; a back-off that begins is heard of as any write is.
    platform.define<Standing | null>(BACKOFF_KIND, { load: () => null, negativeTtl: NONE_KEPT_MS });
  }

  /** @throws ExchangeLimitedError while the exchange is left alone */
  async assertOpen(exchange: string): Promise<void> {
    const standing = await this.#newest(exchange);
    const leftMs = (standing?.until ?? 0) - this.#now();
    if (leftMs > 0) throw new ExchangeLimitedError(leftMs);
  }

  /** The exchange refused a call. Returns for how long it is left alone. Never rejects. */
  async begin(exchange: string, toldMs: number | undefined): Promise<number> {
    const newest = await this.#newest(exchange);
    const nowMs = this.#now();
    const last = newest && nowMs < newest.until + REMEMBERED_MS ? newest : undefined;
    // Calls that were under way together are refused together.
    const toldUntil = nowMs + (toldMs ?? 0);
    if (last && last.until > nowMs && last.until >= toldUntil) return last.until - nowMs;
    const inARow = (last?.inARow ?? 0) + 1;
    const untoldMs = Math.min(FIRST_MS * 2 ** Math.min(inARow - 1, 10), LONGEST_UNTOLD_MS);
    const leftMs = toldMs === undefined ? untoldMs : Math.min(Math.max(toldMs, 1_000), LONGEST_TOLD_MS);
    await this.#tell(exchange, { until: nowMs + leftMs, inARow, setAtMs: after(newest, nowMs) }, leftMs);
    return leftMs;
  }

  /** The exchange may be asked again at once. Whether all processes hear of it; false: only this one, the store is away. */
  async lift(exchange: string): Promise<boolean> {
    const newest = await this.#newest(exchange);
    const setAtMs = after(newest, this.#now() + CLOCKS_DIFFER_MS);
    return this.#tell(exchange, { until: 0, inARow: 0, setAtMs }, LONGEST_TOLD_MS);
  }

  async #tell(exchange: string, standing: Standing, forMs: number): Promise<boolean> {
    this.#known.set(exchange, standing);
    const ttl = forMs + REMEMBERED_MS;
    return this.#platform.set(exchangeGroup(exchange), BACKOFF_KIND, standing, { ttl }).catch(() => false);
  }

  async #newest(exchange: string): Promise<Standing | undefined> {
    const told = await this.#platform
      .get<Standing | null>(exchangeGroup(exchange), BACKOFF_KIND)
      .catch(() => undefined);
    const known = this.#known.get(exchange);
    const newest = told && (known === undefined || told.setAtMs > known.setAtMs) ? told : known;
    if (newest !== undefined) this.#known.set(exchange, newest);
    return newest;
  }
}

function after(newest: Standing | undefined, nowMs: number): number {
  return Math.max(nowMs, (newest?.setAtMs ?? 0) + 1);
}
