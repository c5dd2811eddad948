/**
 * The client's address as the outermost trusted proxy saw it: the entry that many proxies from the end. Undefined
 * without a proxy, for then the header says what the client wants it to say.
 */
export function clientAddress(forwarded: string | null, trustedProxyHops: number): string | undefined {
  if (trustedProxyHops === 0) return undefined;
  const entries = (forwarded ?? '').split(',').map((entry) => entry.trim());
  return entries.at(-trustedProxyHops) || undefined;
}
