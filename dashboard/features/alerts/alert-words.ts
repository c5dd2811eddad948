import { count } from '@/components/ui/figures';
import { NO_BREAK_SPACE, number } from '@/components/ui/number';
import type { AlertCounts, AlertKind, OwnAlert } from '@/data/alert-schema';

type Judged = Pick<OwnAlert, 'kind' | 'threshold'>;

/** Staff read of tenants, a tenant of itself. */
export type Voice = 'operator' | 'tenant';

export const KIND_WORDS: Readonly<Record<AlertKind, Readonly<Record<Voice, string>>>> = {
  quota: { operator: 'Quota', tenant: 'Quota' },
  'hit-rate-drop': { operator: 'Hit rate fell', tenant: 'Hit rate fell' },
  'rejection-rate': { operator: 'Writes refused', tenant: 'Not stored' },
  'webhook-disabled': { operator: 'Webhook switched off', tenant: 'Messages stopped' },
};

/** “Reached 80 % of quota”: which line was crossed. */
export function whatHappened({ kind, threshold }: Judged, voice: Voice = 'operator'): string {
  const line = percentOf(threshold);
  const own = voice === 'tenant';
  if (kind === 'quota') return own ? `You reached ${line} of your quota` : `Reached ${line} of quota`;
  if (kind === 'hit-rate-drop') return `${own ? 'Your hit rate' : 'Hit rate'} fell over ${plain(threshold)} points`;
  if (kind === 'rejection-rate')
    return own ? `Over ${line} of your entries were not stored` : `Over ${line} of writes refused`;
  return own ? 'A receiver of your alerts does not answer' : 'Webhook switched off by failures';
}

/** “96.2 %”, “13.1 points”: the figure as it was when the alert was raised, or resolved. */
export function valueWords(kind: AlertKind, value: number): string {
  if (kind === 'hit-rate-drop') return `${number(value, 1)} points`;
  if (kind === 'webhook-disabled') return `${count(value)} failed`;
  return `${number(value, 1)}${NO_BREAK_SPACE}%`;
}

/** “5 alerts are open, 1 is critical”. */
export function alertsHeading({ open, critical }: AlertCounts): string {
  if (open === 0) return 'No alert is open';
  const head = open === 1 ? '1 alert is open' : `${count(open)} alerts are open`;
  if (critical === 0) return open === 1 ? `${head}, it is not critical` : `${head}, none is critical`;
  if (critical === open) return open === 1 ? `${head}, it is critical` : `${head}, all are critical`;
  return `${head}, ${count(critical)} ${critical === 1 ? 'is' : 'are'} critical`;
}

/** The first line of a tenant's own page. */
export function ownAlertsHeading({ open }: AlertCounts): string {
  if (open === 0) return 'No alert is open';
  return open === 1 ? '1 alert is open' : `${count(open)} alerts are open`;
}

function percentOf(threshold: number): string {
  return `${plain(threshold)}${NO_BREAK_SPACE}%`;
}

/** As it was entered: up to two decimals, no more than it needs. */
export function plain(value: number): string {
  const decimals = Number.isInteger(value) ? 0 : Number.isInteger(value * 10) ? 1 : 2;
  return number(value, decimals);
}
