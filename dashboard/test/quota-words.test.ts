import { describe, expect, it } from '@jest/globals';
import type { QuotaPreview } from '@/data/quota';
import { quotaOf } from '@/data/quota-schema';
import { confirmation, mustConfirm, previewHeading, previewSentence, saveButton } from '@/features/quota/quota-words';

const MIB = 1_048_576;
const quota = (quotaMb: number, more = {}) =>
  quotaOf({
    tenantId: 'kestrel',
    quotaMb,
    overageAllowed: false,
    overageLimitMb: 0,
    policy: 'lru',
    enforcement: 'hard',
    version: 1,
    changedAt: '2026-11-20T14:30:52.000Z',
    ...more,
  });
const preview = (more: Partial<QuotaPreview>): QuotaPreview => ({
  before: quota(640),
  after: quota(448),
  usedBytes: 561.4 * MIB,
  entries: 141_670,
  evictBytes: 158.2 * MIB,
  evictEntries: 41_320,
  exact: false,
  stateBefore: 'warning',
  stateAfter: 'warning',
  ...more,
});

describe('words of the quota form', () => {
  it('name the amount on the button and in the confirmation', () => {
    expect(saveButton(preview({}), true)).toEqual({ text: 'Lower quota, evict 158.2\u00a0MiB', danger: true });
    expect(confirmation(preview({}), 'Kestrel Funds')).toBe('Evict about 158.2\u00a0MiB of Kestrel Funds now');
    expect(previewHeading(preview({ exact: true }))).toBe('Saving evicts 158.2\u00a0MiB');
    expect(previewSentence(preview({}))).toContain('41,320 of 141,670 entries, the least recently used first');
  });

  it('ask only below the present use', () => {
    const raised = preview({ after: quota(700), evictBytes: 0, evictEntries: 0 });
    expect(mustConfirm(preview({}))).toBe(true);
    expect(mustConfirm(raised)).toBe(false);
    expect(saveButton(raised, true)).toEqual({ text: 'Raise quota', danger: false });
  });

  it('say that writes are refused where nothing is evicted', () => {
    const refusing = preview({ after: quota(448, { policy: 'reject' }), evictBytes: 0, evictEntries: 0 });
    expect(mustConfirm(refusing)).toBe(true);
    expect(saveButton(refusing, true)).toEqual({ text: 'Lower quota, refuse writes', danger: true });
  });

  it('lose nothing where the limit only observes', () => {
    const observing = preview({ after: quota(448, { enforcement: 'observe' }), evictBytes: 0, evictEntries: 0 });
    expect(mustConfirm(observing)).toBe(false);
    expect(previewSentence(observing)).toContain('no limit evicts or refuses anything');
  });

  it('promise nothing without a preview', () => {
    expect(saveButton(undefined, true)).toEqual({ text: 'Save quota', danger: false });
    expect(confirmation(undefined, 'Kestrel Funds')).toContain('without a preview');
  });
});
