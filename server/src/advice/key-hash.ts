const { imul } = Math;

/** Sampling hashes are whole numbers below this. */
export const HASH_SPACE = 2 ** 31;
/** Of a longer key only so many characters at its end decide whether it is sampled: most keys differ there. */
const SAMPLED_CHARACTERS = 16;

/** A name's part of the hashes of all its keys. */
export function nameSeed(name: string, seed: number): number {
  return mixed(seed, name, 0);
}

/** What both hashes of a key are made of, read once. */
export function endHash(seed: number, key: string): number {
  return mixed(seed, key, key.length > SAMPLED_CHARACTERS ? key.length - SAMPLED_CHARACTERS : 0);
}

/** Which keys are sampled: those with a hash below a threshold, whatever their requests are. */
export function sampleHash(end: number): number {
  return finished(end) >>> 1;
}

/**
 * Tells sampled keys apart: by all of a long key; by the one reading of a short one, of which 8,000 sampled keys out of a
 * million have 34 million values left, and out of 100 million 340,000: one key in a hundred is then taken for another.
 */
export function identityHash(seed: number, key: string, end: number): number {
  return finished(key.length > SAMPLED_CHARACTERS ? mixed(~seed, key, 0) : ~end);
}

/** Two characters a step, mixed as in MurmurHash3; a name and a key are apart by the length that comes first. */
function mixed(seed: number, text: string, from: number): number {
  const { length } = text;
  let hash = seed ^ imul(length, 0x9e3779b1);
  let at = from;
  for (; at + 1 < length; at += 2) {
    hash = imul(hash ^ (text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16)), 0xcc9e2d51);
    hash = (hash << 13) | (hash >>> 19);
  }
  if (at < length) hash = imul(hash ^ text.charCodeAt(at), 0x1b873593);
  return hash;
}

function finished(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
