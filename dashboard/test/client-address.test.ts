import { describe, expect, it } from '@jest/globals';
import { clientAddress } from '@/data/client-address';

describe('clientAddress', () => {
  it('believes nobody where no proxy is in front', () => {
    expect(clientAddress('192.0.2.1', 0)).toBeUndefined();
  });

  it.each([
    ['192.0.2.1', 1, '192.0.2.1'],
    ['forged, 192.0.2.1', 1, '192.0.2.1'],
    ['forged, 192.0.2.1, 10.0.0.1', 2, '192.0.2.1'],
    ['192.0.2.1', 2, undefined],
    [null, 1, undefined],
    ['', 1, undefined],
  ])('of %j behind %i proxies is %j', (forwarded, hops, address) => {
    expect(clientAddress(forwarded, hops)).toBe(address);
  });
});
