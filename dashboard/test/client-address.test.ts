import { describe, expect, it } from '@jest/globals';
import { addressGroup, clientAddress } from '@/data/client-address';

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

describe('addressGroup', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:51234', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:0:1::5', '2001:db8:0:1::/64'],
    ['[2001:db8:0:1::5]:443', '2001:db8:0:1::/64'],
    ['2001:DB8:0:1:ffff::9', '2001:db8:0:1::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('%s counts with %s', (address, group) => expect(addressGroup(address)).toBe(group));
});
