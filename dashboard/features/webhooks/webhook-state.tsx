import { CircleCheck, CircleOff, OctagonX } from 'lucide-react';
import type { Webhook } from '@/data/webhook-schema';

const LINE = 'inline-flex h-[22px] items-center gap-[5px] text-12 leading-none whitespace-nowrap';

/** On, off by somebody, or off because nothing arrived. */
export function WebhookState({ active, disabledAt }: Pick<Webhook, 'active' | 'disabledAt'>) {
  if (disabledAt !== null) {
    return (
      <span className={`${LINE} rounded-2 bg-critical-solid px-1.5 font-medium text-on-critical`}>
        <OctagonX aria-hidden size={13} strokeWidth={2} />
        Off, failed
      </span>
    );
  }
  const [Icon, look, word] = active ? [CircleCheck, 'text-ok', 'On'] : [CircleOff, 'text-text-muted', 'Off'];
  return (
    <span className={`${LINE} text-text-secondary`}>
      <Icon aria-hidden size={13} strokeWidth={2} className={look} />
      {word}
    </span>
  );
}
