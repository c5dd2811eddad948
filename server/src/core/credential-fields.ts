/** Request fields that say who asks, in lower case. */
const FIELDS = new Set(['authorization', 'cookie', 'x-api-key']);

/**
 * Names one more, for the whole process and for good: two users whose answers are kept apart without need cost a run of a
 * handler, two that share one see each other's.
 */
export function addCredentialField(name: string): void {
  FIELDS.add(name.toLowerCase());
}

/** @param name in lower case */
export function isCredentialField(name: string): boolean {
  return FIELDS.has(name);
}
