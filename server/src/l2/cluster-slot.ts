/** CRC-16/XMODEM, by which a Cluster spreads keys (Redis Cluster specification, appendix A). */
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

export const SLOTS = 16_384;

/** Of what stands between a key's braces, or of a key without any. ASCII, as tenants' ids and our own names are. */
export function slotOf(hashTag: string): number {
  let crc = 0;
  for (let at = 0; at < hashTag.length; at++) {
    crc = ((crc << 8) & 0xffff) ^ (TABLE[(crc >> 8) ^ hashTag.charCodeAt(at)] as number);
  }
  return crc % SLOTS;
}
