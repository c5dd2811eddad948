import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './address-guard.js';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a name. Rejects where there are none. */
export type Resolver = (hostname: string) => Promise<readonly ResolvedAddress[]>;

export const systemResolver: Resolver = (hostname) => systemLookup(hostname, { all: true, verbatim: true });

/** A name that stands for an address that is not public, among others or alone. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
  readonly code = 'ADDRESS_REFUSED';
}

/** @throws AddressRefusedError where any of them is not public: which of them would be taken is not for a name to choose */
export async function publicAddresses(resolver: Resolver, hostname: string): Promise<readonly ResolvedAddress[]> {
  const addresses = await resolver(hostname);
  if (addresses.length === 0) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
  if (!addresses.every(({ address }) => isPublicAddress(address))) throw new AddressRefusedError('not public');
  return addresses;
}

/**
 * What a socket asks in place of the system: it connects to the very addresses that were judged, and asks nobody a second
 * time, so a name that answers differently then (rebinding) gains nothing.
 */
export function checkedLookup(resolver: Resolver, allowPrivateAddresses: boolean): LookupFunction {
  return (hostname, options, callback) => {
    const asked = allowPrivateAddresses ? resolver(hostname) : publicAddresses(resolver, hostname);
    asked.then(
      (addresses) => {
        const list = addresses.map(({ address, family }) => ({ address, family }));
        const [first] = list;
        if (options.all) callback(null, list);
        else if (first) callback(null, first.address, first.family);
        else callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '', 0);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };
}
