import { number } from '@/components/ui/number';
import { NumbersTable } from './numbers-table';
import { type SizeCurveProps, sizeNumber } from './size-model';

type SizeTableProps = Pick<SizeCurveProps, 'finding' | 'rows' | 'present' | 'names'>;

/** The numbers of a size curve, each also against the present size. */
export function SizeTable({ finding, rows, present, names }: SizeTableProps) {
  return (
    <NumbersTable
      caption={finding}
      heads={[
        { key: 'size', text: `${names.size}, MiB` },
        { key: 'rate', text: `${names.rate}, %` },
        ...(present ? [{ key: 'against', text: 'Against now, points' }] : []),
      ]}
      rows={rows.map(({ mib, hitRate }) => ({
        key: mib,
        name: (
          <>
            {sizeNumber(mib)}
            {mib === present?.mib && <span className="text-text-muted"> now</span>}
          </>
        ),
        numbers: [number(hitRate * 100, 1), ...(present ? [points(hitRate - present.hitRate)] : [])],
      }))}
    />
  );
}

function points(difference: number): string {
  const rounded = Math.round(difference * 1000) / 10;
  return `${rounded > 0 ? '+' : rounded < 0 ? '−' : ''}${number(Math.abs(rounded), 1)}`;
}
