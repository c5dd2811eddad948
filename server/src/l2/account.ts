/** Fields of a tenant's state as `include/account.lua` packs them: `a` changes with every write, `b` seldom. */
export const HOT_FIELD = 'a';
export const COLD_FIELD = 'b';

const USED_BYTES = 6;

const SEQUENCE_BYTES = 6;

/** The sequence of the tenant's last clear, 0 where there was none, from the field `b`. */
export function clearedSequence(cold: Buffer | null): number {
  return cold && cold.length >= SEQUENCE_BYTES ? cold.readUIntBE(0, SEQUENCE_BYTES) : 0;
}

/** What is counted for the tenant, from the field `a`. */
export function usedBytes(hot: Buffer | null): number {
  return hot && hot.length >= USED_BYTES ? hot.readUIntBE(0, USED_BYTES) : 0;
}
