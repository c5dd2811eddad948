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

/** As it stands in the dataset; times in milliseconds since 1970. */
interface Standing {
  readonly until: number;
  readonly inARow: number;
}

/**
 * An exchange that refused a call is asked by no process until its time is over: what one is told, the dataset tells all.
 * Where the shared store is gone, each process finds out for itself.
 */
export class ExchangeBackoff {
  readonly #platform: PlatformDataset;
  readonly #now: () => number;
  /** Of which no other process has heard. */
  readonly #own = new Map<string, Standing>();

  constructor(platform: PlatformDataset, now: () => number) {
    this.#platform = platform;
    this.#now = now;
    // Known not to stand, it is asked for without a round trip; a back-off that begins is heard of as any write is.
    platform.define<Standing | null>(BACKOFF_KIND, { load: () => null, negativeTtl: NONE_KEPT_MS });
  }

  /** @throws ExchangeLimitedError while the exchange is left alone */
  async assertOpen(exchange: string): Promise<void> {
    const standing = await this.#standing(exchange);
    const leftMs = (standing?.until ?? 0) - this.#now();
    if (leftMs > 0) throw new ExchangeLimitedError(leftMs);
  }

  /** The exchange refused a call. Returns for how long it is left alone. Never rejects. */
  async begin(exchange: string, toldMs: number | undefined): Promise<number> {
    const last = await this.#standing(exchange);
    const nowMs = this.#now();
    // Calls that were under way together are refused together.
    const toldUntil = nowMs + (toldMs ?? 0);
    if (last && last.until > nowMs && last.until >= toldUntil) return last.until - nowMs;
    const inARow = (last?.inARow ?? 0) + 1;
    const untoldMs = Math.min(FIRST_MS * 2 ** Math.min(inARow - 1, 10), LONGEST_UNTOLD_MS);
    const leftMs = toldMs === undefined ? untoldMs : Math.min(Math.max(toldMs, 1_000), LONGEST_TOLD_MS);
    const standing = { until: nowMs + leftMs, inARow };
    this.#own.set(exchange, standing);
    const ttl = leftMs + REMEMBERED_MS;
    const told = await this.#platform.set(exchangeGroup(exchange), BACKOFF_KIND, standing, { ttl }).catch(() => false);
    if (told) this.#own.delete(exchange);
    return leftMs;
  }

  async #standing(exchange: string): Promise<Standing | undefined> {
    const own = this.#own.get(exchange);
    if (own && this.#now() < own.until + REMEMBERED_MS) return own;
    this.#own.delete(exchange);
    const told = await this.#platform
      .get<Standing | null>(exchangeGroup(exchange), BACKOFF_KIND)
      .catch(() => undefined);
    return told ?? undefined;
  }
}
