import { count, counted, mib } from '@/components/ui/figures';
import type { PlanPreview } from '@/data/plan-schema';
import type { BulkRun } from './bulk-run';

/** Bytes that would go, with what is not known about them. */
function evicted({ evictBytes, exact, looked, tenants }: PlanPreview): string {
  if (exact) return mib(evictBytes);
  return looked < tenants ? `at least ${mib(evictBytes)}` : `about ${mib(evictBytes)}`;
}

export function bulkHeading(preview: PlanPreview): string {
  const { tenants, looked, changing, evictBytes } = preview;
  if (tenants === 0) return 'No tenant is on this plan';
  if (changing === 0 && looked === tenants) return 'All of them have these settings already';
  if (evictBytes > 0) return `Applying evicts ${evicted(preview)}`;
  return looked < tenants ? `None of the ${count(looked)} largest loses anything` : 'Applying evicts nothing';
}

export function bulkSentence({ tenants, looked, changing, evictBytes, evictEntries, items }: PlanPreview): string {
  if (tenants === 0) return 'There is nothing to change.';
  const losing = items.filter((item) => item.evictBytes > 0).length;
  const who = looked < tenants ? `Of the ${count(looked)} with the greatest use` : `Of ${counted(tenants, 'tenant')}`;
  const loss =
    evictBytes > 0
      ? ` ${counted(losing, 'tenant loses', 'tenants lose')} ${counted(evictEntries, 'entry', 'entries')}.`
      : '';
  const rest = looked < tenants ? ` The other ${count(tenants - looked)} were not looked at.` : '';
  return `${who}, ${count(changing)} would have other settings.${loss}${rest}`;
}

/** True where tenants lose something, or may. */
export function bulkMustConfirm(preview: PlanPreview | undefined): boolean {
  return preview === undefined || preview.evictBytes > 0 || preview.looked < preview.tenants;
}

export function bulkConfirmation(preview: PlanPreview | undefined, plan: string): string {
  if (!preview) return `Apply without a preview, whatever tenants of ${plan} lose`;
  const { looked, tenants, evictBytes } = preview;
  if (evictBytes > 0) return `Evict ${evicted(preview)} of tenants of ${plan}`;
  return `Apply to all ${count(tenants)}, though ${count(tenants - looked)} were not looked at`;
}

export function bulkButton(preview: PlanPreview | undefined): string {
  if (!preview) return 'Apply to all tenants of the plan';
  const all = `Apply to ${counted(preview.tenants, 'tenant')}`;
  return preview.evictBytes > 0 ? `${all}, evict ${evicted(preview)}` : all;
}

/** “12 tenants changed, 3 had it already”. */
export function bulkResult({ changed, atLeast }: BulkRun, tenants: number): string {
  const done = `${atLeast ? 'At least ' : ''}${counted(changed, 'tenant')} changed`;
  const already = Math.max(0, tenants - changed);
  if (already === 0) return done;
  return atLeast ? `${done}, the others have these settings too` : `${done}, ${count(already)} had it already`;
}
