import { Info, Lightbulb, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import { SectionHead } from '@/components/ui/page-head';
import type { Advice } from '@/data/advice-schema';
import { silentName, thingsHeading, thingsOf, type Voice } from './advice-words';

const LOOKS = {
  warning: { Icon: TriangleAlert, tone: 'text-warn', word: 'Act' },
  notice: { Icon: Lightbulb, tone: 'text-text', word: 'Worth a look' },
  info: { Icon: Info, tone: 'text-text-muted', word: 'For information' },
} as const;

interface AdviceThingsProps {
  readonly advice: Advice;
  readonly voice: Voice;
  /** Where the quota is edited with that limit filled in; undefined for readers who may not. */
  readonly editHref: ((limitBytes: number) => string) | undefined;
}

/** What would help, and what is not known yet. */
export function AdviceThings({ advice, voice, editHref }: AdviceThingsProps) {
  const things = thingsOf(advice, voice);
  const { silences } = advice;
  return (
    <div className="grid content-start gap-4">
      <div>
        <SectionHead title={thingsHeading(things, voice)} />
        <ul className="border-t border-border-strong text-13">
          {things.map(({ key, severity, what, why, limitBytes }) => {
            const { Icon, tone, word } = LOOKS[severity];
            return (
              <li key={key} className="grid grid-cols-[20px_minmax(0,1fr)] gap-2 border-b border-border py-2.5">
                <Icon aria-hidden size={16} strokeWidth={1.75} className={`mt-0.5 ${tone}`} />
                <div>
                  <p className="font-medium">
                    <span className="sr-only">{word}: </span>
                    {what}
                  </p>
                  <p className="text-pretty text-text-secondary">{why}</p>
                  {editHref && limitBytes !== undefined && (
                    <Link href={editHref(limitBytes)} className="text-brand underline decoration-1 underline-offset-3">
                      Edit the quota with this limit
                    </Link>
                  )}
                </div>
              </li>
            );
          })}
          {things.length === 0 && (
            <li className="border-b border-border py-2.5 text-text-secondary">
              Too little is known yet for any advice. What is missing stands below.
            </li>
          )}
        </ul>
      </div>
      {silences.length > 0 && (
        <div className="text-12 text-text-secondary">
          <h3 className="text-12 font-medium">Not known yet</h3>
          <ul className="mt-1 grid gap-1">
            {silences.map(({ kind, reason }) => (
              <li key={`${kind}-${reason}`}>
                <b className="font-medium text-text">{silentName(kind)}</b>: {reason}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
