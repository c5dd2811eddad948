import { CircleCheck } from 'lucide-react';
import { StateBadge } from '@/components/ui/state-badge';
import type { OwnAlert } from '@/data/alert-schema';

/** How much an open alert weighs; one that is over says only that. */
export function AlertBadge({ severity, resolvedAt }: Pick<OwnAlert, 'severity' | 'resolvedAt'>) {
  if (resolvedAt === null) return <StateBadge state={severity} />;
  return (
    <span className="inline-flex h-[22px] items-center gap-[5px] text-12 leading-none whitespace-nowrap text-text-secondary">
      <CircleCheck aria-hidden size={13} strokeWidth={2} className="text-ok" />
      Resolved
    </span>
  );
}
