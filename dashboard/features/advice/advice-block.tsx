import { notFound } from 'next/navigation';
import type { AdviceReading } from '@/data/advice-schema';
import { Block } from '@/features/live/block';
import { ChartSkeleton } from '@/features/live/skeletons';
import { CURVE_PX } from './advice-curve';
import { AdviceSection } from './advice-section';
import type { Voice } from './advice-words';

interface AdviceBlockProps {
  readonly path: string;
  readonly read: () => Promise<AdviceReading | undefined>;
  readonly voice: Voice;
  readonly edit?: { readonly href: string; readonly overageBytes: number } | undefined;
}

/** The advice of one tenant, loading and failing on its own. */
export function AdviceBlock(props: AdviceBlockProps) {
  return (
    <Block name="Advice" skeleton={<ChartSkeleton height={CURVE_PX} label="Advice: loading" />}>
      <Loaded {...props} />
    </Block>
  );
}

async function Loaded({ read, ...section }: AdviceBlockProps) {
  const first = await read();
  if (!first) notFound();
  return <AdviceSection {...section} first={first} />;
}
