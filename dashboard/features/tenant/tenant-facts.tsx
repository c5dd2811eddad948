'use client';

import { compactText, milliseconds } from '@/charts/number-format';
import { total } from '@/charts/stack';
import { Facts } from '@/components/ui/facts';
import { counted, percent } from '@/components/ui/figures';
import { NO_BREAK_SPACE } from '@/components/ui/number';
import { useLive } from '@/features/live/live';
import { spanWords } from '@/features/live/reading-words';
import { ratePerSecond } from './rate';
import type { ChartReading } from './series';

interface TenantFactsProps {
  readonly path: string;
  readonly first: ChartReading<'facts'>;
  readonly voice: 'operator' | 'tenant';
}

/** The tenant's own page has tables and charts for the others. */
const OWN_FACTS = ['hits', 'time', 'saved'];

/** Figures of the chosen range beside the quota. */
export function TenantFacts({ path, first, voice }: TenantFactsProps) {
  const { reading } = useLive(path, first);
  const { frame, source } = reading;
  const { requests, l1Hits, l2Hits, misses, evictions, responseTimeMs } = frame.values;
  const hits = total(l1Hits) + total(l2Hits);
  const reads = hits + total(misses);
  const asked = total(requests);
  const span = spanWords(reading).replace(/^the /, '');
  const none = source.kind === 'none' ? 'not recorded' : 'no requests';
  const rate = ratePerSecond(requests, frame);
  const tenant = voice === 'tenant';
  return (
    <Facts
      facts={[
        {
          key: 'hits',
          name: tenant ? `Answered from cache, ${span}` : `Hit rate, ${span}`,
          value:
            reads === 0 ? none : tenant ? `${Math.round((hits / reads) * 100)} of 100 requests` : percent(hits / reads),
        },
        { key: 'requests', name: 'Requests', value: rate === undefined ? none : `${rate}${NO_BREAK_SPACE}/s` },
        {
          key: 'time',
          name: tenant ? 'An answer takes, on average' : 'Response time, mean',
          value: asked === 0 ? none : `${milliseconds(total(responseTimeMs) / asked)}${NO_BREAK_SPACE}ms`,
        },
        {
          key: 'evicted',
          name: tenant ? `Removed to make room, ${span}` : `Evicted for space, ${span}`,
          value: source.kind === 'none' ? none : counted(Math.round(total(evictions)), 'entry', 'entries'),
        },
        {
          key: 'saved',
          name: tenant ? 'Trips to your database saved' : 'Loads saved',
          value: source.kind === 'none' ? none : compactText(Math.round(hits)),
        },
      ].filter(({ key }) => !tenant || OWN_FACTS.includes(key))}
    />
  );
}
