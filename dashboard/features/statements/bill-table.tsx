import { groupedDecimal } from '@/components/ui/decimal';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import type { Bill } from '@/data/statement-schema';
import { ITEM_NAMES, quantity } from './statement-words';

/** The lines of a bill and their total, with all decimals that they were made with. */
export function BillTable({ bill, caption }: { bill: Bill; caption: string }) {
  return (
    <Table caption={caption}>
      <thead>
        <tr>
          <ColumnHead>Item</ColumnHead>
          <ColumnHead figure className="max-md:hidden">
            Used
          </ColumnHead>
          <ColumnHead figure className="max-md:hidden">
            Included
          </ColumnHead>
          <ColumnHead figure>Charged for</ColumnHead>
          <ColumnHead figure className="max-sm:hidden">
            Price, {bill.currency}
          </ColumnHead>
          <ColumnHead figure>Amount, {bill.currency}</ColumnHead>
        </tr>
      </thead>
      <tbody>
        {bill.lines.map((line) => (
          <Row key={line.item}>
            <RowHead>{ITEM_NAMES[line.item]}</RowHead>
            <Cell figure className="text-text-secondary max-md:hidden">
              {quantity(line.quantity, line.unit)}
            </Cell>
            <Cell figure className="text-text-secondary max-md:hidden">
              {groupedDecimal(line.included, 0) === '0' ? '–' : groupedDecimal(line.included, 0)}
            </Cell>
            <Cell figure>{quantity(line.billable, line.unit)}</Cell>
            <Cell figure className="text-text-secondary max-sm:hidden">
              {groupedDecimal(line.unitPrice)}
            </Cell>
            <Cell figure>{groupedDecimal(line.amount)}</Cell>
          </Row>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" className="py-2.5 text-left font-semibold">
            Total
          </th>
          <td className="max-md:hidden" />
          <td className="max-md:hidden" />
          <td />
          <td className="max-sm:hidden" />
          <td className="text-right font-semibold whitespace-nowrap tabular-nums">{groupedDecimal(bill.total)}</td>
        </tr>
      </tfoot>
    </Table>
  );
}
