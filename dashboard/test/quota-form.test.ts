import { describe, expect, it } from '@jest/globals';
import { type Quota, quotaOf, quotaState } from '@/data/quota-schema';
import { quotaDifferences } from '@/features/quota/quota-differences';
import { changeOf, entriesOf, errorsOf, rebased, serverErrors, wholeMb } from '@/features/quota/quota-entries';

const PRESENT: Quota = quotaOf({
  tenantId: 'kestrel',
  quotaMb: 512,
  overageAllowed: true,
  overageLimitMb: 128,
  policy: 'lru',
  enforcement: 'hard',
  version: 7,
  changedAt: '2026-11-20T14:30:52.000Z',
});
const filled = { ...entriesOf(PRESENT), reason: 'Contract ended' };

describe('entries of the quota form', () => {
  it('start as the present quota, which is no change', () => {
    expect(changeOf(filled, PRESENT)).toEqual({});
  });

  it('become only what differs', () => {
    expect(changeOf({ ...filled, quotaMb: '448' }, PRESENT)).toEqual({ quotaMb: 448 });
    expect(changeOf({ ...filled, policy: 'ttl', enforcement: 'soft' }, PRESENT)).toEqual({
      policy: 'ttl',
      enforcement: 'soft',
    });
  });

  it('switch overage off with 0, and on with anything above', () => {
    expect(changeOf({ ...filled, overageMb: '0' }, PRESENT)).toEqual({ overageAllowed: false, overageLimitMb: 0 });
    const without = { ...PRESENT, overageAllowed: false };
    expect(entriesOf(without).overageMb).toBe('0');
    expect(changeOf({ ...entriesOf(without), overageMb: '64' }, without)).toEqual({
      overageAllowed: true,
      overageLimitMb: 64,
    });
  });

  it('are no change while a number cannot be read', () => {
    for (const quotaMb of ['', '0', '-1', '1.5', '1e3', 'x', '99999999']) {
      expect(changeOf({ ...filled, quotaMb }, PRESENT)).toBeUndefined();
    }
  });

  it('read whole MiB from the least to 1 TiB', () => {
    expect(wholeMb(' 448 ', 1)).toBe(448);
    expect(wholeMb('1048576', 1)).toBe(1_048_576);
    expect(wholeMb('1048577', 1)).toBeUndefined();
    expect(wholeMb('0', 0)).toBe(0);
  });
});

describe('entries after a change by somebody else', () => {
  it('keep what was typed and follow what was not', () => {
    const current = quotaOf({ ...PRESENT, quotaMb: 640, overageLimitMb: 64, policy: 'ttl', version: 8 });
    const typed = { ...filled, quotaMb: '448', confirmed: true };
    expect(rebased(typed, PRESENT, current)).toEqual({
      quotaMb: '448',
      overageMb: '64',
      policy: 'ttl',
      enforcement: 'hard',
      reason: 'Contract ended',
      confirmed: false,
    });
    expect(changeOf(rebased(typed, PRESENT, current), current)).toEqual({ quotaMb: 448 });
  });
});

describe('errors of the quota form', () => {
  it('say what is allowed and what was given', () => {
    expect(errorsOf({ ...filled, quotaMb: '0' }, false).quotaMb).toBe('Quota must be at least 1 MiB. You entered 0.');
    expect(errorsOf({ ...filled, quotaMb: '1.5' }, false).quotaMb).toBe(
      'Quota is counted in whole MiB. You entered 1.5.',
    );
    expect(errorsOf({ ...filled, overageMb: '' }, false).overageMb).toContain('Overage is missing');
    expect(errorsOf({ ...filled, quotaMb: '2000000' }, false).quotaMb).toContain('at most 1,048,576 MiB');
  });

  it('ask for a reason of 3 to 500 characters', () => {
    expect(errorsOf({ ...filled, reason: '  ' }, false).reason).toContain('Say why');
    expect(errorsOf({ ...filled, reason: 'ok' }, false).reason).toContain('You entered 2');
    expect(errorsOf({ ...filled, reason: 'x'.repeat(501) }, false).reason).toContain('You entered 501');
    for (const reason of ['new', 'x'.repeat(500)]) expect(errorsOf({ ...filled, reason }, false)).toEqual({});
  });

  it('take an overage of 0, which is none, and no quota of 0', () => {
    expect(errorsOf({ ...filled, overageMb: '0' }, false)).toEqual({});
    expect(errorsOf({ ...filled, overageMb: '-1' }, false).overageMb).toContain('at least 0 MiB');
    expect(errorsOf({ ...filled, quotaMb: '0' }, false)).toHaveProperty('quotaMb');
  });

  it('ask for confirmation only where something is lost', () => {
    expect(errorsOf(filled, true).confirmed).toBeDefined();
    expect(errorsOf({ ...filled, confirmed: true }, true)).toEqual({});
  });

  it('put what the API refuses below its field', () => {
    expect(serverErrors([{ field: 'overageLimitMb', message: 'must be a whole number' }])).toEqual({
      overageMb: 'Overage must be a whole number.',
    });
    expect(serverErrors([{ field: 'body', message: 'is wrong' }])).toEqual({ quotaMb: 'body is wrong.' });
  });
});

describe('quota', () => {
  it('has a limit in force of quota and overage, where that is allowed', () => {
    expect(PRESENT.hardLimitBytes).toBe(640 * 1_048_576);
    expect(quotaOf({ ...PRESENT, overageAllowed: false }).hardLimitBytes).toBe(512 * 1_048_576);
  });

  it('has the states of the server', () => {
    const states = [409, 410, 512, 513, 640, 641].map((mb) => quotaState(mb * 1_048_576, PRESENT));
    expect(states).toEqual(['ok', 'warning', 'warning', 'exceeded', 'exceeded', 'critical']);
    expect(quotaState(9e12, { ...PRESENT, enforcement: 'off' })).toBe('ok');
  });

  it('names what differs between two versions', () => {
    const after = quotaOf({ ...PRESENT, overageLimitMb: 96, policy: 'reject' });
    expect(quotaDifferences(PRESENT, after)).toEqual([
      { name: 'overage', before: '128', after: '96\u00a0MiB' },
      { name: 'policy', before: 'lru', after: 'reject' },
    ]);
  });
});
