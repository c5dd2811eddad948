import type { ChartMarker } from '@/charts/chart-model';
import { limitMib, mib } from '@/components/ui/figures';
import type { QuotaChangeEvent, QuotaSettings } from '@/data/quota-changes';

const bare = (bytes: number) => limitMib(bytes).replace(/\u00a0MiB$/, '');

/** Old and new value of what changed, in the words of the admin. */
export function changeWords(before: QuotaSettings, after: QuotaSettings): string[] {
  const words: string[] = [];
  if (before.quotaBytes !== after.quotaBytes)
    words.push(`Quota ${bare(before.quotaBytes)} to ${mibOf(after.quotaBytes)}`);
  const overage = overageWords(before, after);
  if (overage) words.push(words.length > 0 ? `o${overage.slice(1)}` : overage);
  if (before.policy !== after.policy)
    words.push(`${words.length > 0 ? 'policy' : 'Policy'} ${before.policy} to ${after.policy}`);
  if (before.enforcement !== after.enforcement) {
    words.push(`${words.length > 0 ? 'enforcement' : 'Enforcement'} ${before.enforcement} to ${after.enforcement}`);
  }
  return words;
}

function overageWords(before: QuotaSettings, after: QuotaSettings): string | undefined {
  if (before.overageAllowed !== after.overageAllowed) return after.overageAllowed ? 'Overage on' : 'Overage off';
  if (!after.overageAllowed || before.overageLimitBytes === after.overageLimitBytes) return undefined;
  return `Overage ${bare(before.overageLimitBytes)} to ${mibOf(after.overageLimitBytes)}`;
}

/** Changes as flags on a chart, oldest first. */
export function markersOf(events: readonly QuotaChangeEvent[]): ChartMarker[] {
  return events
    .map(({ atMs, before, after }) => {
      const words = changeWords(before, after);
      const quota = before.quotaBytes !== after.quotaBytes;
      const short = quota
        ? `${bare(before.quotaBytes)} to ${bare(after.quotaBytes)}`
        : (words[0]?.split(' ')[0] ?? 'Changed');
      return { at: atMs, label: words.join(', ') || 'Settings saved', short };
    })
    .sort((a, b) => a.at - b.at);
}

/** The newest change of the quota itself, and the one before it: its effect is measured from there. */
export function lastQuotaChange(events: readonly QuotaChangeEvent[]) {
  const [event, previous] = events.filter(({ before, after }) => before.quotaBytes !== after.quotaBytes);
  if (!event) return undefined;
  return { atMs: event.atMs, raised: event.after.quotaBytes > event.before.quotaBytes, previousMs: previous?.atMs };
}

function mibOf(bytes: number): string {
  return Number.isInteger(bytes / 1_048_576) ? limitMib(bytes) : mib(bytes);
}
