import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defineResource, entryId, MAX_KEY_BYTES, RESOURCE_PATTERN } from '../../../src/core/resource.js';
import { TENANT_ID_PATTERN, tenantId } from '../../../src/core/tenant-id.js';

const HOSTILE_IDS = [
  '',
  'a:b',
  'a{b',
  'a}b',
  'a}:r:x',
  '*',
  '?',
  '[a]',
  'a\\b',
  'a\r\nb',
  'a\0b',
  '__proto__',
  '-a',
  ' a',
  'a ',
  'é',
  'ａ',
  'а',
  'e\u0301',
  'x'.repeat(65),
  'x'.repeat(10_240),
]; // prettier-ignore

describe('tenantId', () => {
  it.each(HOSTILE_IDS)('refuses %j', (raw) => {
    expect(() => tenantId(raw)).toThrow(expect.objectContaining({ code: 'TENANT_INVALID', status: 400 }));
  });

  it('tells a missing tenant from a bad one', () => {
    expect(() => tenantId(undefined)).toThrow(expect.objectContaining({ code: 'TENANT_MISSING', status: 401 }));
    expect(() => tenantId(42)).toThrow(expect.objectContaining({ code: 'TENANT_INVALID' }));
  });

  it('changes nothing of what it accepts', () => {
    fc.assert(
      fc.property(fc.stringMatching(TENANT_ID_PATTERN), (raw) => {
        expect(tenantId(raw)).toBe(raw);
      }),
    );
  });
});

describe('entryId', () => {
  it('is injective: two different addresses never meet', () => {
    const name = fc.stringMatching(RESOURCE_PATTERN);
    const key = fc.string({ minLength: 1, unit: 'binary' }).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(name, key, name, key, (nameA, keyA, nameB, keyB) => {
        expect(entryId(nameA, keyA) === entryId(nameB, keyB)).toBe(nameA === nameB && keyA === keyB);
      }),
    );
  });

  it.each([
    ['', 'empty'],
    ['x'.repeat(MAX_KEY_BYTES + 1), 'long'],
    ['é'.repeat(MAX_KEY_BYTES - 1), 'long in bytes'],
    ['\ud800', 'lone surrogate'],
  ])('refuses a key that is %#', (key) => {
    expect(() => entryId('r', key)).toThrow(expect.objectContaining({ code: 'KEY_INVALID', status: 400 }));
  });
});

describe('defineResource', () => {
  it.each(['', 'a:b', '1a', 'a b', '{a}', 'x'.repeat(65)])('refuses the name %j', (name) => {
    expect(() => defineResource(name)).toThrow(expect.objectContaining({ code: 'RESOURCE_INVALID' }));
  });

  it('refuses options off their range', () => {
    expect(() => defineResource('r', { ttl: '0s' })).toThrow(/OPTION_INVALID/);
    expect(() => defineResource('r', { maxEntryBytes: 1.5 })).toThrow(/OPTION_INVALID/);
  });
});
