/** All samplers of a process: 60 tenants with 4,000 keys, or 2,400 with up to 64. */
export const MAX_SAMPLER_BYTES = 32 * 1024 * 1024;

/** Measured: columns, slots and table of one key, and what a sampler takes beside its keys. */
export const BYTES_PER_KEY = 66;
export const BYTES_PER_TENANT = 9 * 1024;

/** What one tenant may track while so much of the budget is taken: the fuller it is, the smaller the samples. */
const SHARES = [
  { keys: 256, of: 1 },
  { keys: 1_024, of: 0.75 },
  { keys: Number.POSITIVE_INFINITY, of: 0.5 },
] as const;

/** Memory for samples, given out in steps; a sampler that gets none keeps what it has and samples at a lower rate. */
export class SamplerBudget {
  #taken = 0;

  constructor(readonly maxBytes = MAX_SAMPLER_BYTES) {}

  get takenBytes(): number {
    return this.#taken;
  }

  /** From 0 keys: one more tenant. */
  readonly take = (fromKeys: number, toKeys: number): boolean => {
    const share = SHARES.find(({ keys }) => toKeys <= keys)?.of ?? 0;
    const bytes = bytesOf(toKeys) - bytesOf(fromKeys);
    if (this.#taken + bytes > this.maxBytes * share) return false;
    this.#taken += bytes;
    return true;
  };

  giveBack(keys: number): void {
    this.#taken -= bytesOf(keys);
  }
}

function bytesOf(keys: number): number {
  return keys === 0 ? 0 : BYTES_PER_TENANT + keys * BYTES_PER_KEY;
}
