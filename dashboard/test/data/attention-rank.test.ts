import { describe, expect, it } from '@jest/globals';
import { type Recent, rankTroubled, type StateCounts, severityOf } from '@/data/attention-rank';
import type { FleetTenant } from '@/data/fleet';
import { cause, fleetFinding, fleetLead, trouble } from '@/features/overview/attention-words';

const MIB = 1_048_576;
const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const tenant = (tenantId: string, usedMib: number | undefined, more: Partial<FleetTenant> = {}): FleetTenant => {
  const quotaBytes = 100 * MIB;
  const hardLimitBytes = more.hardLimitBytes ?? quotaBytes;
  const usedBytes = usedMib === undefined ? undefined : usedMib * MIB;
  const state =
    usedMib === undefined
      ? undefined
      : usedMib * MIB > hardLimitBytes
        ? 'critical'
        : usedMib > 100
          ? 'exceeded'
          : usedMib >= 80
            ? 'warning'
            : 'ok';
  return {
    tenantId,
    name: tenantId,
    quotaBytes,
    hardLimitBytes,
    policy: 'lru',
    enforcement: 'hard',
    usedBytes,
    state,
    ...more,
  };
};
const recent = (rows: Record<string, Partial<Recent>>) =>
  new Map(
    Object.entries(rows).map(([id, row]) => [id, { requests: 100, hits: 60, evictions: 0, rejections: 0, ...row }]),
  );

const fleet = [
  tenant('calm', 20),
  tenant('warm', 85),
  tenant('losing', 97),
  tenant('over', 110, { hardLimitBytes: 120 * MIB }),
  tenant('critical', 130),
  tenant('refusing', 99, { policy: 'reject' }),
  tenant('unseen', undefined),
];
const did = recent({ losing: { evictions: 500 }, refusing: { rejections: 40 }, warm: { rejections: 3 } });

describe('what needs attention', () => {
  it('has the worst first, and nothing calm or unknown', () => {
    expect(rankTroubled(fleet, did).map(({ tenantId }) => tenantId)).toEqual([
      'refusing',
      'critical',
      'over',
      'losing',
      'warm',
    ]);
  });

  it('is shown with the severity that its alert has, so that none stands below a milder one', () => {
    expect(rankTroubled(fleet, did).map(severityOf)).toEqual([
      'critical',
      'critical',
      'exceeded',
      'warning',
      'warning',
    ]);
  });

  it('did nothing where nothing was counted', () => {
    const [row] = rankTroubled([tenant('warm', 85)], recent({}));
    expect(row?.recent).toEqual({ requests: 0, hits: 0, evictions: 0, rejections: 0 });
  });

  const counts = (some: Partial<StateCounts>): StateCounts => {
    const none = { tenants: 0, over: 0, warning: 0, refusing: 0, evicting: 0, unknown: 0 };
    return { ...none, ...some };
  };

  it('is said in the heading', () => {
    const seven = counts({ tenants: 7, over: 2, warning: 3, refusing: 1, evicting: 1, unknown: 1 });
    expect(fleetFinding(seven)).toBe('2 tenants are over quota and one refuses writes');
    expect(plain(fleetLead(seven))).toBe(
      '1 of 7 tenants are below 80 % of their quota; one evicted for space in the last 10 minutes; of one the use is not known yet.',
    );
  });

  it('is calm where all is, and silent where nothing is known', () => {
    expect(plain(fleetFinding(counts({ tenants: 1 })))).toBe('All tenants are below 80 % of their quota');
    expect(fleetFinding(counts({ tenants: 1, unknown: 1 }))).toBe('The use of the quotas is not known yet');
    expect(fleetFinding(counts({}))).toBe('No tenant yet');
  });

  it('names trouble and cause of each', () => {
    const words = rankTroubled(fleet, did).map((row) => {
      const full = { ...row, since: undefined };
      return plain(`${row.tenantId} ${trouble(full)}. ${cause(full)}`);
    });
    expect(words).toEqual([
      'refusing refuses writes. 99.0 MiB of 100 MiB stored, policy reject: 40 writes refused in 10 minutes. Reads work.',
      'critical is 30.0 MiB over its quota. 130.0 MiB of 100 MiB. Entries are evicted until the use is below the limit. Reads work.',
      'over is 10.0 MiB over its quota. 110.0 MiB of 100 MiB. Writes pass up to 120 MiB; then the least recently used entries go.',
      'losing evicts 50 entries a minute to stay below its quota. 97.0 MiB of 100 MiB, 97 % of the quota. It evicts 50 entries a minute for space; 60.0 % of its requests are hits.',
      'warm uses 85 % of its quota. 85.0 MiB of 100 MiB, 85 % of the quota. When it is full, the least recently used entries go.',
    ]);
  });
});
