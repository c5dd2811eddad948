import type { FleetRecord, FleetSettings, TenantDirectory } from '../core/directory.js';
import { DEFAULT_FLEET } from '../core/fleet.js';

/** Without Redis, which may be why somebody pulls the kill switch, a change is known within this time. */
const POLL_MS = 5_000;

export interface RememberedFleetOptions {
  /** Hears of each change, and of nothing that is as it was. */
  onChange: (record: FleetRecord) => void;
  pollMs?: number;
  now?: () => number;
}

/** What holds for all tenants, as the directory said it last; until it says anything, the defaults. */
export class RememberedFleet {
  readonly #directory: Pick<TenantDirectory, 'fleet'>;
  readonly #options: RememberedFleetOptions;
  readonly #now: () => number;
  #record: FleetRecord = { ...DEFAULT_FLEET, version: 0, changedAtMs: 0 };
  #readAtMs: number;
  #reading: Promise<void> | undefined;
  #again = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(directory: Pick<TenantDirectory, 'fleet'>, options: RememberedFleetOptions) {
    this.#directory = directory;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#readAtMs = this.#now();
  }

  get record(): FleetRecord {
    return this.#record;
  }

  start(): void {
    this.#timer = setInterval(() => void this.refresh(), this.#options.pollMs ?? POLL_MS).unref();
    void this.refresh();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Asks the directory; never rejects, as what is remembered serves while it is away. */
  refresh(): Promise<void> {
    // A read under way may be from before the change that this call is about.
    if (this.#reading) this.#again = true;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Takes a record that is known to be newer, such as the answer to a change. */
  accept(record: FleetRecord): void {
    // Two answers may arrive out of order; the version tells which is newer, unless versions began anew.
    if (record.version < this.#record.version && record.changedAtMs <= this.#record.changedAtMs) return;
    this.#take(record);
  }

  #take(record: FleetRecord): void {
    this.#readAtMs = this.#now();
    const before = this.#record;
    this.#record = record;
    if (differ(before, record)) this.#options.onChange(record);
  }

  /** Since the directory last said what holds, or since this process began. */
  ageMs(): number {
    return this.#now() - this.#readAtMs;
  }

  async #read(): Promise<void> {
    do {
      this.#again = false;
      try {
        const before = this.#record;
        const record = await this.#directory.fleet();
        // Nothing was taken since this read began: it is the newest there is, also where versions began anew.
        if (this.#record === before) this.#take(record);
        else this.accept(record);
      } catch {
        // Asked again with the next poll.
      }
    } while (this.#again);
  }
}

function differ(a: FleetSettings, b: FleetSettings): boolean {
  return (Object.keys(DEFAULT_FLEET) as (keyof FleetSettings)[]).some((name) => a[name] !== b[name]);
}
