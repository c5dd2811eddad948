import { BlockList, isIP, isIPv4 } from 'node:net';

/**
 * IPv4 that is not of the public internet: IANA's special-purpose registry (RFC 6890), and the one metadata service with an
 * address that looks public (Azure, 168.63.129.16).
 */
const REFUSED_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Of the global unicast range: Teredo and other protocols, documentation, 6to4, which would reach any IPv4. */
const REFUSED_V6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/** What carries an IPv4 in its last 32 bits, judged by that: mapped, and NAT64 by its well-known prefix (RFC 6052). */
const CARRIERS_OF_V4 = ['::ffff:', '64:ff9b::'];

const v4 = new BlockList();
const v6 = new BlockList();
const unicast = new BlockList();
unicast.addSubnet('2000::', 3, 'ipv6');
for (const [address, bits] of REFUSED_V6) v6.addSubnet(address, bits, 'ipv6');
for (const [address, bits] of REFUSED_V4) v4.addSubnet(address, bits, 'ipv4');
for (const prefix of CARRIERS_OF_V4) {
  unicast.addSubnet(`${prefix}0.0.0.0`, 96, 'ipv6');
  for (const [address, bits] of REFUSED_V4) v6.addSubnet(`${prefix}${address}`, 96 + bits, 'ipv6');
}

/** Whether a textual address is one that everybody on the internet may be sent to. An IPv6 zone never is. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !v4.check(address, 'ipv4');
  if (isIP(address) !== 6 || address.includes('%')) return false;
  return unicast.check(address, 'ipv6') && !v6.check(address, 'ipv6');
}
