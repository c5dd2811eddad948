import { describe, expect, it } from '@jest/globals';
import { addressGroup } from '@/data/client-address';
import { TRIES } from '@/data/sign-in-attempts';
import { SignInLimits } from '@/data/sign-in-limits';

const unknown = (address: string | undefined, email = 'ada@example.com') => ({ email, deviceId: undefined, address });
const known = (deviceId: string) => ({ email: 'ada@example.com', deviceId, address: undefined });

describe('SignInLimits', () => {
  it('never counts a try of another browser against one that is known', () => {
    const limits = new SignInLimits();
    for (let tried = 0; tried < 500; tried += 1) limits.begin(unknown(`10.0.${tried}.1`), 0);
    for (let tried = 0; tried < TRIES; tried += 1) limits.begin(known('other'), 0);
    expect(limits.begin(known('own'), 0)).toEqual({ allowed: true, triesLeft: TRIES - 1 });
  });

  it('stops guesses at one account that come from ever new addresses', () => {
    const limits = new SignInLimits();
    const attempts = Array.from({ length: 500 }, (_, index) => limits.begin(unknown(`10.0.${index}.1`), 0));
    expect(attempts.filter(({ allowed }) => allowed)).toHaveLength(100);
  });

  it('gives a known browser all its tries again after a right password', () => {
    const limits = new SignInLimits();
    for (let tried = 0; tried < TRIES; tried += 1) limits.begin(known('own'), 0);
    limits.succeeded(known('own'));
    expect(limits.begin(known('own'), 0)).toEqual({ allowed: true, triesLeft: TRIES - 1 });
  });

  it('never pauses an address for right passwords, however many share it', () => {
    const limits = new SignInLimits();
    const attempts = Array.from({ length: 500 }, (_, index) => {
      const colleague = unknown('10.0.0.1', `colleague-${index}@example.com`);
      const attempt = limits.begin(colleague, 0);
      limits.succeeded(colleague);
      return attempt;
    });
    expect(attempts.every(({ allowed }) => allowed)).toBe(true);
  });

  it('gives a right password its own tries back, and not those of others from the same address', () => {
    const limits = new SignInLimits();
    const attempts = Array.from({ length: 100 }, (_, index) => {
      const own = unknown('10.0.0.1', 'eve@example.com');
      if (limits.begin(own, 0).allowed) limits.succeeded(own);
      return limits.begin(unknown('10.0.0.1', `guessed-${index}@example.com`), 0);
    });
    expect(attempts.filter(({ allowed }) => allowed).length).toBeLessThanOrEqual(50);
  });
});

describe('addressGroup', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:DB8:0:1::9', '2001:db8:0:1::/64'],
    ['2001:db8::1:2:3:4:5', '2001:db8:0:1::/64'],
    ['2001:0db8:0000:0001:ffff::', '2001:db8:0:1::/64'],
    ['::1', '0:0:0:0::/64'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0:0::/64'],
    ['unknown', 'unknown'],
  ])('counts %s as %s', (address, group) => {
    expect(addressGroup(address)).toBe(group);
  });
});
