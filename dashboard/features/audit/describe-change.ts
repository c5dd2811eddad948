import { count } from '@/components/ui/figures';
import type { AuditRow, FleetSettings, Settings } from '@/data/audit';
import { describeDeed } from './describe-deed';

const MIB = 1_048_576;

export interface ChangedSetting {
  name: string;
  before: string;
  after: string;
}

/** “Quota lowered”, “Policy changed”, “API key revoked”: what was done, in two or three words. */
export function whatHappened(row: Pick<AuditRow, 'action' | 'before' | 'after' | 'facts'>): string {
  const { action, before, after } = row;
  if (action === 'fleet') return 'All tenants changed';
  if (action !== 'quota') return describeDeed(row).what;
  if (!isQuota(before) || !isQuota(after)) return 'Quota changed';
  const names = changedSettings({ before, after }).map(({ name }) => name);
  if (names.length === 0) return 'Saved as it was';
  if (names.includes('quota')) return after.quotaBytes < before.quotaBytes ? 'Quota lowered' : 'Quota raised';
  if (names.length > 1) return 'Limits changed';
  return (
    { overage: 'Overage changed', policy: 'Policy changed', enforcement: 'Enforcement changed' }[names[0] ?? ''] ??
    'Changed'
  );
}

/** Each setting that differs, before and after, with the unit behind the second. */
export function changedSettings({ before, after }: Pick<AuditRow, 'before' | 'after'>): ChangedSetting[] {
  if (isFleet(before) && isFleet(after)) return changedFleet(before, after);
  if (!isQuota(before) || !isQuota(after)) return [];
  const all: (ChangedSetting & { differs: boolean })[] = [
    setting('quota', before.quotaBytes, after.quotaBytes),
    setting('overage', overageBytes(before), overageBytes(after)),
    { name: 'policy', before: before.policy, after: after.policy, differs: before.policy !== after.policy },
    {
      name: 'enforcement',
      before: before.enforcement,
      after: after.enforcement,
      differs: before.enforcement !== after.enforcement,
    },
  ];
  return all.flatMap(({ differs, ...rest }) => (differs ? [rest] : []));
}

/** True where a tenant may use less than before. */
export function lowersLimit({ before, after }: Pick<AuditRow, 'before' | 'after'>): boolean {
  if (!isQuota(before) || !isQuota(after)) return false;
  return after.quotaBytes + overageBytes(after) < before.quotaBytes + overageBytes(before);
}

/** “5 quota changes today, 2 of them lowered a limit”. */
export function auditHeading(today: readonly Pick<AuditRow, 'before' | 'after'>[]): string {
  if (today.length === 0) return 'No quota was changed today';
  const lowered = today.filter(lowersLimit).length;
  const changes = `${count(today.length)} quota ${today.length === 1 ? 'change' : 'changes'} today`;
  if (lowered === 0) return `${changes}, no limit was lowered`;
  if (today.length === 1) return `${changes}; it lowered a limit`;
  return lowered === today.length
    ? `${changes}, each lowered a limit`
    : `${changes}, ${lowered} of them lowered a limit`;
}

function isQuota(settings: AuditRow['before']): settings is Settings {
  return settings !== null && 'quotaBytes' in settings;
}

function isFleet(settings: AuditRow['before']): settings is FleetSettings {
  return settings !== null && 'enforcedPercentage' in settings;
}

function changedFleet(before: FleetSettings, after: FleetSettings): ChangedSetting[] {
  const bypass = ({ sharedStoreBypassed }: FleetSettings) => (sharedStoreBypassed ? 'on' : 'off');
  const all = [
    { name: 'enforced', before: String(before.enforcedPercentage), after: `${after.enforcedPercentage}\u00a0%` },
    { name: 'others', before: before.enforcementOfOthers, after: after.enforcementOfOthers },
    { name: 'kill switch', before: bypass(before), after: bypass(after) },
  ];
  return all.filter(({ before: was, after: is }) => was !== is.replace(/\u00a0%$/, ''));
}

function overageBytes({ overageAllowed, overageLimitBytes }: Settings): number {
  return overageAllowed ? overageLimitBytes : 0;
}

function setting(name: string, before: number, after: number) {
  return { name, before: count(before / MIB), after: `${count(after / MIB)}\u00a0MiB`, differs: before !== after };
}
