import { CircleDashed, Unplug } from 'lucide-react';
import { Empty } from '@/components/ui/empty';
import { SectionHead } from '@/components/ui/page-head';
import type { Source } from '@/data/series/source';

interface NoDataProps {
  /** Label of the block: nothing can be concluded. */
  readonly title: string;
  readonly source: Source;
  /** Where there is a source, but nothing to draw: what that means for this chart. */
  readonly calm: { readonly title: string; readonly text: string };
}

const WHY: Readonly<Record<string, { title: string; text: string }>> = {
  'not-configured': {
    title: 'There is no source for this chart yet',
    text: 'No Prometheus is configured (PROMETHEUS_URL), and Postgres holds no samples of this range. The first ones come with the first flush.',
  },
  unreachable: {
    title: 'Prometheus does not answer',
    text: 'Traffic goes on; only its picture is missing. Postgres holds no samples of this range.',
  },
  slow: {
    title: 'Prometheus takes longer than 2 seconds',
    text: 'Traffic goes on; only its picture is missing. A shorter range asks less of it.',
  },
  refused: {
    title: 'Prometheus refuses the query',
    text: 'Its log says why. Postgres holds no samples of this range.',
  },
  'no-series': {
    title: 'Nothing was recorded in this range',
    text: 'Prometheus answers, but it has not scraped a process of tenantcache in this range, and Postgres holds no samples of it.',
  },
};

/** No source, no records and no traffic are three different nothings; each says which it is. */
export function NoData({ title, source, calm }: NoDataProps) {
  const trouble = source.kind === 'none' ? (WHY[source.reason] ?? WHY['no-series']) : undefined;
  const { title: heading, text } = trouble ?? calm;
  return (
    <section>
      <SectionHead title={title} />
      <Empty icon={trouble ? Unplug : CircleDashed} title={heading}>
        {text}
      </Empty>
    </section>
  );
}
