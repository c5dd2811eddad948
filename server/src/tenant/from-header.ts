import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { assertOptionNames, invalidOption } from '../core/options.js';

export interface FromHeaderOptions {
  /** Default `x-tenant-id`. */
  name?: string;
  /**
   * Who may say which tenant a request is for: the peer's addresses or CIDR ranges (`10.0.0.0/8`, `::1`), or `'any'`
   * where nothing but your own proxy can reach the port. Required, because anybody can send a header.
   */
  trustedProxy: 'any' | readonly string[];
}

export interface FromHeader {
  (req: IncomingMessage): string | undefined;
  /** The header was there, and its sender is not to be believed: of all requests, a sign of a proxy that is not listed. */
  ignored(req: IncomingMessage): boolean;
}

const WHERE = 'fromHeader()';
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;

/**
 * Takes the tenant from a header that a trusted proxy sets. From any other peer the header is ignored: no tenant.
 * The peer is the socket's address; `X-Forwarded-For` is not read.
 * @throws TenantCacheError `OPTION_INVALID` at construction
 */
export function fromHeader(options: FromHeaderOptions): FromHeader {
  assertOptionNames(WHERE, options, ['name', 'trustedProxy']);
  const { name = 'x-tenant-id', trustedProxy } = options;
  if (typeof name !== 'string' || !HEADER_NAME.test(name)) {
    throw invalidOption(WHERE, `name: ${typeof name}`, 'the name of a header');
  }
  const header = name.toLowerCase();
  const trusted = trustedProxy === 'any' ? () => true : matcher(trustedProxy);
  const isTrusted = (req: IncomingMessage) => trusted(req.socket.remoteAddress);
  const resolve = (req: IncomingMessage): string | undefined => {
    const value = req.headers[header];
    return value === undefined || !isTrusted(req) ? undefined : String(value);
  };
  return Object.assign(resolve, {
    ignored: (req: IncomingMessage) => req.headers[header] !== undefined && !isTrusted(req),
  });
}

function matcher(list: readonly string[]): (address: string | undefined) => boolean {
  if (!Array.isArray(list) || list.length === 0) {
    throw invalidOption(
      WHERE,
      `trustedProxy: ${Array.isArray(list) ? 'an empty list' : String(list)}`,
      "'any', or a list of addresses and CIDR ranges",
      "name your proxy's address, such as ['10.0.0.0/8'], or say 'any' where only it can reach the port",
    );
  }
  const addresses = new BlockList();
  for (const entry of list) add(addresses, entry);
  return (address) => {
    const version = isIP(address ?? '');
    return address !== undefined && version !== 0 && addresses.check(address, version === 6 ? 'ipv6' : 'ipv4');
  };
}

function add(addresses: BlockList, entry: unknown): void {
  const [address = '', prefix, ...rest] = typeof entry === 'string' ? entry.split('/') : [];
  const version = isIP(address);
  const bits = prefix === undefined ? undefined : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (version === 0 || rest.length > 0 || (bits !== undefined && !(bits <= (version === 6 ? 128 : 32)))) {
    throw invalidOption(
      WHERE,
      `trustedProxy: ${String(entry)}`,
      'an address or a CIDR range, such as 10.0.0.0/8 or ::1',
    );
  }
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (bits === undefined) addresses.addAddress(address, family);
  else addresses.addSubnet(address, bits, family);
}
