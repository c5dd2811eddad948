import { LockKeyhole, TimerReset } from 'lucide-react';

/** Whether a period's figures still grow: icon and word. */
export function PeriodState({ open }: { open: boolean }) {
  const Icon = open ? TimerReset : LockKeyhole;
  return (
    <span className="inline-flex items-center gap-[5px] text-12 whitespace-nowrap text-text-secondary">
      <Icon aria-hidden size={13} strokeWidth={2} className="text-text-muted" />
      {open ? 'Under way' : 'Closed'}
    </span>
  );
}
