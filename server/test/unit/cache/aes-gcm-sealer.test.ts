import { createHmac, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aesGcmSealer, associatedData } from '../../../src/cache/aes-gcm-sealer.js';
import { type EncryptionOptions, resolveEncryption } from '../../../src/core/codec-options.js';
import type { SealContext } from '../../../src/core/contracts.js';

const key = randomBytes(32);
const open = (options: Partial<EncryptionOptions> = {}) =>
  aesGcmSealer(resolveEncryption('test', { keys: { k1: key }, activeKeyId: 'k1', ...options }));
const context = { tenant: 'acme', id: 'portfolio:1', sequence: 2 ** 40 + 5 } as SealContext;
const payload = Buffer.from('canary-plaintext');
const unreadable = (reason: string) => expect.objectContaining({ name: 'UnreadableEntry', reason });

describe('aesGcmSealer', () => {
  it('opens what it sealed, of any length, and another instance with the same key does', () => {
    for (const length of [0, 1, 1_000, 300_000]) {
      const data = randomBytes(length);
      const sealed = open().seal(data, context);
      expect(sealed).toHaveLength(length + 2 + 2 + 12 + 16);
      expect(open({ keys: { k1: key.toString('hex') } }).open(sealed, context)).toEqual(data);
    }
    expect(open().seal(payload, context).includes('canary')).toBe(false);
  });

  it('opens nothing of which a single bit was changed, or the end cut', () => {
    const sealer = open();
    const sealed = sealer.seal(payload, context);
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const altered = Buffer.from(sealed);
      altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(() => sealer.open(altered, context)).toThrow(
        expect.objectContaining({ reason: expect.stringMatching(/^(sealed|unknown-key)$/) }),
      );
    }
    for (let length = 0; length < sealed.length; length++) {
      expect(() => sealer.open(sealed.subarray(0, length), context)).toThrow(
        expect.objectContaining({ reason: expect.stringMatching(/^(sealed|unknown-key)$/) }),
      );
    }
  });

  it.each([
    ['another tenant', { tenant: 'acmf' }],
    ['another entry', { id: 'portfolio:2' }],
    ['a later sequence', { sequence: context.sequence + 1 }],
    ['a sequence that is equal in its low bits', { sequence: 5 }],
    ['a name that is spelled the same in all', { tenant: 'acmep', id: 'ortfolio:1' }],
  ])('opens nothing in the place of %s', (_name, other) => {
    const sealed = open().seal(payload, context);
    expect(() => open().open(sealed, { ...context, ...other } as SealContext)).toThrow(unreadable('sealed'));
  });

  it('spells no two contexts alike', () => {
    const part = fc.string({ unit: fc.constantFrom('a', ':', '\0', '\x01', 'é'), maxLength: 4 });
    const contexts = fc.record({ tenant: part, id: part, sequence: fc.maxSafeNat() }) as fc.Arbitrary<SealContext>;
    fc.assert(
      fc.property(contexts, contexts, (one, two) => {
        const same = one.tenant === two.tenant && one.id === two.id && one.sequence === two.sequence;
        const header = Buffer.of(1);
        expect(associatedData(header, one).equals(associatedData(header, two))).toBe(same);
      }),
      { numRuns: 2_000 },
    );
  });

  it('opens with an old key, seals with the active one, and misses one that was taken away', () => {
    const next = randomBytes(32).toString('base64');
    const old = open().seal(payload, context);
    const rotated = open({ keys: { k1: key, k2: next }, activeKeyId: 'k2' });
    expect(rotated.open(old, context)).toEqual(payload);
    const fresh = rotated.seal(payload, context);
    expect(fresh.toString('latin1', 2, 4)).toBe('k2');
    expect(open({ keys: { k2: next }, activeKeyId: 'k2' }).open(fresh, context)).toEqual(payload);
    expect(() => open().open(fresh, context)).toThrow(unreadable('unknown-key'));
    const reused = open({ keys: { k1: next }, activeKeyId: 'k1' });
    expect(() => reused.open(old, context)).toThrow(unreadable('sealed'));
  });

  it("derives a tenant's key from the configured one, and never uses that itself", () => {
    // RFC 5869 spelled out: without a salt, HMAC with 32 zero bytes extracts.
    const extracted = createHmac('sha256', Buffer.alloc(32)).update(key).digest();
    const info = Buffer.concat([Buffer.from('tenantcache entry key \x01\x02k1acme\x01', 'latin1')]);
    const derived = createHmac('sha256', extracted).update(info).digest();
    const sealed = open().seal(payload, context);
    const { createDecipheriv } = process.getBuiltinModule('node:crypto');
    const decipher = createDecipheriv('aes-256-gcm', derived, sealed.subarray(4, 16), { authTagLength: 16 });
    decipher.setAAD(associatedData(Buffer.from('\x01\x02k1', 'latin1'), context));
    decipher.setAuthTag(sealed.subarray(-16));
    expect(Buffer.concat([decipher.update(sealed.subarray(16, -16)), decipher.final()])).toEqual(payload);
  });

  it('serves more tenants than it remembers keys of', () => {
    const sealer = open();
    const of = (index: number) => ({ ...context, tenant: `t${index}` }) as SealContext;
    const first = sealer.seal(payload, of(0));
    for (let index = 1; index <= 10_001; index++) sealer.seal(payload, of(index));
    expect(sealer.open(first, of(0))).toEqual(payload);
  });
});

describe('encryption options', () => {
  const base64 = key.toString('base64');
  it.each([
    ['bytes', key],
    ['hexadecimal digits', key.toString('hex')],
    ['base64', base64],
    ['base64url', key.toString('base64url')],
  ])('take a key as %s', (_name, form) => {
    expect(open({ keys: { k1: form } }).open(open().seal(payload, context), context)).toEqual(payload);
  });

  it.each([
    ['no keys', undefined, 'k1'],
    ['a list of keys', [base64], '0'],
    ['a short key', { k1: key.subarray(1).toString('base64') }, 'k1'],
    ['a long key', { k1: Buffer.concat([key, key]) }, 'k1'],
    ['a pass phrase', { k1: 'correct horse battery staple 4711' }, 'k1'],
    ['base64 with other characters', { k1: `${base64.slice(0, 20)}\n${base64.slice(21)}` }, 'k1'],
    ['a key that is one byte repeated', { k1: Buffer.alloc(32, 7) }, 'k1'],
    ['no key at all', { k1: null }, 'k1'],
    ['an active id without a key', { k1: key }, 'k2'],
    ['no active id', { k1: key }, undefined],
    ['a key in the place of its id', { [base64]: key }, base64],
    ['a key in the place of the active id', { k1: key }, base64],
    ['an id that is too long', { ['k'.repeat(65)]: key }, 'k'.repeat(65)],
  ])('refuse %s, and show no part of a key', (_name, keys, activeKeyId) => {
    let refused: unknown;
    try {
      resolveEncryption('test', { keys, activeKeyId } as EncryptionOptions);
    } catch (error) {
      refused = error;
    }
    expect(refused).toMatchObject({ code: 'OPTION_INVALID' });
    const shown = inspect(refused, { depth: 9, showHidden: true });
    for (const secret of [base64.slice(4, 14), key.toString('hex').slice(4, 14), 'correct horse']) {
      expect(shown).not.toContain(secret);
    }
  });

  it('refuse names they do not know', () => {
    expect(() =>
      resolveEncryption('test', { keys: { k1: key }, activeKeyId: 'k1', algorithm: 'none' } as never),
    ).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  });

  it('hold keys in a form that prints nothing, and do not follow later changes of the bytes given', () => {
    const mine = Buffer.from(key);
    const settings = resolveEncryption('test', { keys: { k1: mine }, activeKeyId: 'k1' });
    mine.fill(1);
    expect(aesGcmSealer(settings).open(open().seal(payload, context), context)).toEqual(payload);
    const shown = `${inspect(settings, { depth: 9, showHidden: true })}${JSON.stringify([...settings.keys])}`;
    expect(shown).not.toContain(key.toString('hex').slice(4, 14));
    expect(shown).not.toContain(inspect(key).slice(10, 30));
  });
});
