import { Pencil } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Change } from '@/components/ui/change';
import { limitMib } from '@/components/ui/figures';
import type { QuotaChangeEvent, QuotaSettings } from '@/data/quota-changes';

const bare = (bytes: number) => limitMib(bytes).replace(/\u00a0MiB$/, '');

interface Difference {
  readonly key: string;
  readonly words: ReactNode;
}

/** Every setting that a change touched: old and new value. */
function differences(before: QuotaSettings, after: QuotaSettings): Difference[] {
  const found: Difference[] = [];
  const add = (key: string, name: string, from: string, to: string) =>
    found.push({
      key,
      words: (
        <>
          {name} <Change before={from} after={to} />
        </>
      ),
    });
  if (before.quotaBytes !== after.quotaBytes)
    add('quota', 'quota', bare(before.quotaBytes), limitMib(after.quotaBytes));
  const [had, has] = [overage(before), overage(after)];
  if (had !== has) add('overage', 'overage', had, has);
  if (before.policy !== after.policy) add('policy', 'policy', before.policy, after.policy);
  if (before.enforcement !== after.enforcement)
    add('enforcement', 'enforcement', before.enforcement, after.enforcement);
  return found;
}

const overage = ({ overageAllowed, overageLimitBytes }: QuotaSettings) =>
  overageAllowed ? limitMib(overageLimitBytes) : 'off';

interface ChangesListProps {
  readonly events: readonly QuotaChangeEvent[];
  /** How the time of a change reads: the clock on a page of today, the day on one of weeks. */
  readonly time: (atMs: number) => string;
  /** Names the tenant in each row, with a link. */
  readonly named: boolean;
  /** Stands beside the change with that id: what takes it back. */
  readonly undo?: { readonly id: string; readonly control: ReactNode } | undefined;
}

export function ChangesList({ events, time, named, undo }: ChangesListProps) {
  return (
    <ul className="text-13">
      {events.map(({ id, tenantId, tenantName, atMs, actor, reason, before, after }) => (
        <li
          key={id}
          className="grid grid-cols-[64px_16px_minmax(0,1fr)] gap-2.5 border-b border-border py-2 first:border-t first:border-t-border-strong"
        >
          <time dateTime={new Date(atMs).toISOString()} className="text-text-muted">
            {time(atMs)}
          </time>
          <Pencil aria-hidden size={16} strokeWidth={1.75} className="mt-0.5 text-text-muted" />
          <span>
            {actor ?? 'Your operator'}
            {named ? ' changed ' : ': '}
            {named && (
              <>
                <Link href={`/tenants/${tenantId}`} className="text-brand underline decoration-1 underline-offset-3">
                  {tenantName}
                </Link>
                {': '}
              </>
            )}
            {differences(before, after).map(({ key, words }, index) => (
              <span key={key}>
                {index > 0 && ', '}
                {words}
              </span>
            ))}
            {reason && <span className="text-text-secondary"> “{reason}”</span>}
            {undo?.id === id && <span className="mt-1.5 block">{undo.control}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
