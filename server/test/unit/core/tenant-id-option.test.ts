import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TENANT_ID_PATTERN } from '../../../src/core/tenant-id.js';
import { tenantIdRule } from '../../../src/core/tenant-id-option.js';

const codeOf = (work: () => unknown) => {
  try {
    work();
    return 'accepted';
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('the option tenantIds', () => {
  it('never lets an id through that the grammar refuses, whatever the pattern', () => {
    const patterns = [/.*/, /[\s\S]*/, /(?:)|.+/s, /[^x]*/u, /.*/i, /\W+|\w+/];
    const ids = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.stringMatching(TENANT_ID_PATTERN));
    fc.assert(
      fc.property(fc.constantFrom(...patterns), ids, (pattern, id) => {
        const accepted = codeOf(() => tenantIdRule('test', pattern)(id)) === 'accepted';
        expect(accepted && !TENANT_ID_PATTERN.test(id)).toBe(false);
      }),
      { numRuns: 5_000 },
    );
  });

  it('asks the whole id to match, anchored or not, with alternatives and in lines', () => {
    for (const pattern of [/org_\d+/, /^org_\d+$/, /^org_\d+$/m, /x|org_\d+/]) {
      const rule = tenantIdRule('test', pattern);
      expect(rule('org_42')).toBe('org_42');
      for (const id of ['org_', 'xorg_42', 'org_42x', 'org_42-org_42', 'ORG_42', 'acme']) {
        expect(codeOf(() => rule(id))).toBe('TENANT_INVALID');
      }
    }
  });

  it('tells a missing id from a wrong one', () => {
    const rule = tenantIdRule('test', /a+/);
    expect(codeOf(() => rule(undefined))).toBe('TENANT_MISSING');
    expect(codeOf(() => rule({ toString: () => 'a' }))).toBe('TENANT_INVALID');
  });

  it.each([/a/g, /a/y, /a/gi, 'a', {}, null, /^$/, /\s+/, /^\s*$/, / /, /(?:)/])('refuses %p', (pattern) => {
    expect(codeOf(() => tenantIdRule('test', pattern as RegExp))).toBe('OPTION_INVALID');
  });

  it.each([/cust-\d{6}/, /\w+/, /[a-f0-9]{8}/, /\p{L}+/u, /./, /\x61+/, /^\D$/])('takes %p', (pattern) => {
    expect(codeOf(() => tenantIdRule('test', pattern))).toBe('accepted');
  });
});
