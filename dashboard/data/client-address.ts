import { isIP } from 'node:net';

const IPV4_IN_IPV6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const MAX_LENGTH = 100;

/**
 * The client's address as the outermost trusted proxy saw it: the entry that many proxies from the end. Undefined
 * without a proxy, for then the header says what the client wants it to say.
 */
export function clientAddress(forwarded: string | null, trustedProxyHops: number): string | undefined {
  if (trustedProxyHops === 0) return undefined;
  const entries = (forwarded ?? '').split(',').map((entry) => entry.trim());
  return entries.at(-trustedProxyHops) || undefined;
}

/** Whom tries are counted by: an IPv4 address, or the /64 of an IPv6 one, for a household has 2^64 of those. */
export function addressGroup(address: string): string {
  const [plain = ''] = withoutPort(address.slice(0, MAX_LENGTH)).split('%');
  const mapped = IPV4_IN_IPV6.exec(plain)?.[1];
  if (mapped) return mapped;
  if (isIP(plain) !== 6) return plain;
  const [head = '', tail] = plain.toLowerCase().split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail ? tail.split(':') : [];
  // An address that ends in an IPv4 one has two groups there.
  const missing = 8 - first.length - last.length - (plain.includes('.') ? 1 : 0);
  const groups = tail === undefined ? first : [...first, ...Array<string>(Math.max(0, missing)).fill('0'), ...last];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/** Some proxies write the port as well, which is another one for each connection. */
function withoutPort(address: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(address)?.[1];
  if (bracketed !== undefined) return bracketed;
  const [host = '', port, ...more] = address.split(':');
  return port !== undefined && more.length === 0 && isIP(host) === 4 ? host : address;
}
