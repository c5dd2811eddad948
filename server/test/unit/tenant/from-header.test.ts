import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { type FromHeaderOptions, fromHeader } from '../../../src/tenant/from-header.js';

const from = (remoteAddress: string | undefined, headers: Record<string, string> = { 'x-tenant-id': 'acme' }) =>
  ({ headers, socket: { remoteAddress } }) as unknown as IncomingMessage;

describe('the tenant in a header', () => {
  it.each([
    ['10.1.2.3', 'acme'],
    ['::ffff:10.1.2.3', 'acme'],
    ['192.0.2.7', 'acme'],
    ['::1', 'acme'],
    ['2001:db8::5', 'acme'],
    ['11.0.0.1', undefined],
    ['192.0.2.8', undefined],
    ['::ffff:11.0.0.1', undefined],
    ['2001:db9::5', undefined],
    ['not an address', undefined],
    [undefined, undefined],
  ])('from %s is %s', (address, expected) => {
    const resolve = fromHeader({ trustedProxy: ['10.0.0.0/8', '192.0.2.7', '::1', '2001:db8::/32'] });
    expect(resolve(from(address))).toBe(expected);
  });

  it("is taken from anybody only with 'any'; forwarding headers make no peer trusted", () => {
    expect(fromHeader({ trustedProxy: 'any', name: 'X-Org' })(from('203.0.113.9', { 'x-org': 'acme' }))).toBe('acme');
    const spoofed = from('203.0.113.9', {
      'x-tenant-id': 'acme',
      'x-forwarded-for': '10.0.0.1',
      forwarded: 'for=10.0.0.1',
    });
    expect(fromHeader({ trustedProxy: ['10.0.0.0/8'] })(spoofed)).toBeUndefined();
    expect(fromHeader({ trustedProxy: 'any' })(from('10.0.0.1', {}))).toBeUndefined();
  });

  it.each([
    [undefined],
    [{}],
    [{ trustedProxy: true }],
    [{ trustedProxy: '10.0.0.0/8' }],
    [{ trustedProxy: [] }],
    [{ trustedProxy: ['10.0.0.0/33'] }],
    [{ trustedProxy: ['10.0.0.0/8/8'] }],
    [{ trustedProxy: ['10.0.0.0/'] }],
    [{ trustedProxy: ['proxy.example'] }],
    [{ trustedProxy: [7] }],
    [{ trustedProxy: 'any', name: 'a b' }],
    [{ trustedProxy: 'any', header: 'x' }],
  ])('refuses the options %j', (options) => {
    expect(() => fromHeader(options as FromHeaderOptions)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  });
});
