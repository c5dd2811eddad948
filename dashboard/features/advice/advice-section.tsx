'use client';

import { Unplug } from 'lucide-react';
import { Empty } from '@/components/ui/empty';
import { MIB } from '@/components/ui/figures';
import { HALVES } from '@/components/ui/halves';
import { SectionHead } from '@/components/ui/page-head';
import type { AdviceReading } from '@/data/advice-schema';
import { useLive } from '@/features/live/live';
import { AdviceCurve } from './advice-curve';
import { AdviceFacts } from './advice-facts';
import { AdviceThings } from './advice-things';
import type { Voice } from './advice-words';

interface AdviceSectionProps {
  readonly path: string;
  readonly first: AdviceReading;
  readonly voice: Voice;
  /** For readers who may change the quota: where, and how much of the limit is overage. */
  readonly edit?: { readonly href: string; readonly overageBytes: number } | undefined;
}

const TROUBLE = {
  down: {
    title: 'The API does not answer, so there is no advice',
    text: 'The rest of the page is complete. Advice comes back by itself.',
  },
  'not-kept': {
    title: 'There is no history to advise from',
    text: 'This installation keeps no usage, so nothing can be said of other sizes or of growth.',
  },
} as const;

/** What would help, beside the curve that says so. */
export function AdviceSection({ path, first, voice, edit }: AdviceSectionProps) {
  const { advice, trouble } = useLive(path, first).reading;
  if (advice === null) {
    const { title, text } = TROUBLE[trouble ?? 'down'];
    return (
      <section>
        <SectionHead title="Advice" />
        <Empty icon={Unplug} title={title}>
          {text}
        </Empty>
      </section>
    );
  }
  const editHref = edit && ((limitBytes: number) => suggestedHref(edit, limitBytes));
  return (
    <section aria-label="Advice" className={HALVES}>
      <AdviceThings advice={advice} voice={voice} editHref={editHref} />
      <div className="grid content-start gap-4">
        <AdviceCurve advice={advice} voice={voice} />
        <AdviceFacts advice={advice} voice={voice} />
      </div>
    </section>
  );
}

/** The advice speaks of the limit in force; what is entered is the quota below the overage. */
function suggestedHref({ href, overageBytes }: { href: string; overageBytes: number }, limitBytes: number): string {
  return `${href}?quotaMb=${Math.max(1, Math.ceil((limitBytes - overageBytes) / MIB))}`;
}
