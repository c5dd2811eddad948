'use client';

import { Key } from '@/charts/key';
import { total } from '@/charts/stack';
import { count } from '@/components/ui/figures';
import { SectionHead } from '@/components/ui/page-head';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import { useLive } from '@/features/live/live';
import { NoData } from '@/features/live/no-data';
import { spanWords } from '@/features/live/reading-words';
import type { ChartReading } from '@/features/tenant/series';
import { removedFinding } from './usage-words';

const REASONS = [
  {
    key: 'expired',
    color: 'evict-expired',
    name: 'Their time was up',
    hint: 'Normal. They are loaded again when someone asks.',
  },
  {
    key: 'space',
    color: 'evict-quota',
    name: 'To make room',
    hint: 'Your quota was full. More room, or shorter times to live, would keep them.',
  },
  {
    key: 'invalidated',
    color: 'evict-invalidated',
    name: 'Your application changed the data',
    hint: 'Wanted: the old value must not be served.',
  },
] as const;

/** What was removed and why, in words and figures. */
export function RemovedTable({ path, first }: { path: string; first: ChartReading<'evictions'> }) {
  const { reading } = useLive(path, first);
  const { evictions, expirations, invalidations } = reading.frame.values;
  const removed = {
    space: Math.round(total(evictions)),
    expired: Math.round(total(expirations)),
    invalidated: Math.round(total(invalidations)),
  };
  const all = removed.space + removed.expired + removed.invalidated;
  const span = spanWords(reading);
  if (reading.source.kind === 'none' || all === 0) {
    const calm = { title: `Nothing was removed in ${span}`, text: 'Everything you stored is still there.' };
    return <NoData title="What was removed and why" source={reading.source} calm={calm} />;
  }
  return (
    <section>
      <SectionHead title={removedFinding(removed, span)}>
        What was removed and why, {span.replace(/^the /, '')}
      </SectionHead>
      <Table caption={`Entries removed by reason, ${span}`}>
        <thead>
          <tr>
            <ColumnHead>Reason</ColumnHead>
            <ColumnHead figure>Entries</ColumnHead>
            <ColumnHead figure>Share</ColumnHead>
          </tr>
        </thead>
        <tbody>
          {REASONS.map(({ key, color, name, hint }) => (
            <Row key={key}>
              <RowHead className="py-[9px]!">
                <span className="grid grid-cols-[14px_minmax(0,1fr)] gap-x-2">
                  <span className="mt-[5px] leading-none">
                    <Key mark="box" color={color} />
                  </span>
                  <span>{name}</span>
                  <small className="col-start-2 text-12 text-text-muted">{hint}</small>
                </span>
              </RowHead>
              <Cell figure>{count(removed[key])}</Cell>
              <Cell figure>{Math.round((100 * removed[key]) / all)}&nbsp;%</Cell>
            </Row>
          ))}
        </tbody>
      </Table>
    </section>
  );
}
