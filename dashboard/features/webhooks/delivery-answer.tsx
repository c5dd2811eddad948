import { CircleCheck, Hourglass, OctagonX, RotateCw } from 'lucide-react';
import { classNames } from '@/components/ui/class-names';
import type { LastDelivery } from '@/data/webhook-schema';
import { answerWords } from './webhook-words';

/** What became of a message: icon and words. */
export function DeliveryAnswer({ delivery }: { delivery: LastDelivery }) {
  const { Icon, look, icon } = lookOf(delivery);
  return (
    <span className={classNames('inline-flex items-start gap-[5px] rounded-2 text-12 leading-snug', look)}>
      <Icon aria-hidden size={13} strokeWidth={2} className={classNames('mt-0.5 shrink-0', icon)} />
      <span>{answerWords(delivery)}</span>
    </span>
  );
}

function lookOf({ state, attempts, underWay }: LastDelivery) {
  if (state === 'delivered') return { Icon: CircleCheck, look: 'text-text-secondary', icon: 'text-ok' };
  if (state === 'gave-up') return { Icon: OctagonX, look: 'font-medium text-critical', icon: '' };
  if (attempts === 0 || underWay) return { Icon: Hourglass, look: 'text-text-secondary', icon: 'text-text-muted' };
  return { Icon: RotateCw, look: 'bg-warn-bg px-1.5 py-[3px] font-medium text-warn', icon: '' };
}
