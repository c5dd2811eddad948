import { TriangleAlert } from 'lucide-react';
import { Note } from '@/components/ui/note';
import type { Bill } from '@/data/statement-schema';
import { addsUp, ITEM_NAMES, lineFormula, totalFormula } from './statement-words';

/** How each amount is made, with the very numbers of the bill. */
export function BillFormula({ bill }: { bill: Bill }) {
  return (
    <div className="grid gap-3 text-13">
      {!addsUp(bill) && (
        <Note icon={TriangleAlert} tone="critical" title="The lines of this bill do not come to its total">
          Do not send it. The record in the table of statements is to be checked.
        </Note>
      )}
      <dl className="grid gap-x-6 gap-y-1.5 sm:grid-cols-[auto_minmax(0,1fr)]">
        {bill.lines.map((line) => (
          <div key={line.item} className="grid sm:col-span-2 sm:grid-cols-subgrid">
            <dt className="text-text-secondary">{ITEM_NAMES[line.item]}</dt>
            <dd className="tabular-nums">{lineFormula(line, bill.currency)}</dd>
          </div>
        ))}
        <div className="grid sm:col-span-2 sm:grid-cols-subgrid">
          <dt className="text-text-secondary">Total</dt>
          <dd className="font-medium tabular-nums">{totalFormula(bill)}</dd>
        </div>
      </dl>
      <p className="max-w-[80ch] text-text-muted">
        Quantities have six decimals; each amount is rounded to the smallest unit of {bill.currency}, a half up. Storage
        above the quota is on top of storage.
      </p>
    </div>
  );
}
