'use client';

import { Table2 } from 'lucide-react';
import { useId, useState } from 'react';
import { number } from '@/components/ui/number';
import { Legend, type LegendEntry } from './legend';
import { type SizeCurveProps, sizeNumber, sizeText } from './size-model';
import { SizePlot } from './size-plot';

const HEAD =
  'sticky top-0 bg-bg border-b border-border-strong py-2 pr-3 text-12 font-medium whitespace-nowrap text-text-muted last:pr-0';
const CELL = 'h-9 border-b border-border py-1 pr-3 whitespace-nowrap text-right tabular-nums last:pr-0';
const SCROLLABLE = { tabIndex: 0 } as const;

/** A share by the size of a cache, with the present size marked: head, legend, and the plot or its numbers. */
export function SizeCurve(props: SizeCurveProps) {
  const { finding, caption, rows, present, names, height } = props;
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  const legend: LegendEntry[] = [
    { key: 'rate', name: names.rate, mark: 'line', color: 'l1' },
    ...(present
      ? [{ key: 'present', name: names.present, mark: 'line', color: 'limit', value: sizeText(present.mib) } as const]
      : []),
  ];
  return (
    <figure className="relative" aria-labelledby={`${id}-finding`}>
      <figcaption className="pr-19">
        <h2 id={`${id}-finding`}>{finding}</h2>
        <p className="mt-0.5 text-12 text-text-muted">{caption}</p>
      </figcaption>
      <button
        type="button"
        aria-pressed={asTable}
        onClick={() => setAsTable(!asTable)}
        className="absolute -top-[3px] right-0 inline-flex h-[26px] items-center gap-[5px] rounded-2 px-[7px] text-12 text-text-secondary hover:bg-bg-muted hover:text-text aria-pressed:bg-bg-muted aria-pressed:text-text"
      >
        <Table2 aria-hidden size={14} strokeWidth={1.75} />
        Table
      </button>
      <Legend entries={legend} />
      {asTable ? (
        <div style={{ minHeight: height }}>
          <section {...SCROLLABLE} aria-label={`Values: ${finding}`} className="max-h-[260px] overflow-auto rounded-2">
            <table className="w-full border-collapse text-13">
              <caption className="sr-only">{finding}</caption>
              <thead>
                <tr>
                  <th scope="col" className={`${HEAD} text-left`}>
                    {names.size}, MiB
                  </th>
                  <th scope="col" className={`${HEAD} text-right`}>
                    {names.rate}, %
                  </th>
                  {present && (
                    <th scope="col" className={`${HEAD} text-right`}>
                      Against now, points
                    </th>
                  )}
                </tr>
              </thead>
              <tbody>
                {rows.map(({ mib, hitRate }) => (
                  <tr key={mib}>
                    <th scope="row" className={`${CELL.replace('text-right', 'text-left')} font-regular`}>
                      {sizeNumber(mib)}
                      {mib === present?.mib && <span className="text-text-muted"> now</span>}
                    </th>
                    <td className={CELL}>{number(hitRate * 100, 1)}</td>
                    {present && <td className={CELL}>{points(hitRate - present.hitRate)}</td>}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </div>
      ) : (
        <SizePlot {...props} />
      )}
    </figure>
  );
}

function points(difference: number): string {
  const rounded = Math.round(difference * 1000) / 10;
  return `${rounded > 0 ? '+' : rounded < 0 ? '−' : ''}${number(Math.abs(rounded), 1)}`;
}
