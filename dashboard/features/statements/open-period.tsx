import Link from 'next/link';
import { SectionHead } from '@/components/ui/page-head';
import { CURRENT, type OpenStatement } from '@/data/statement-schema';
import { BillFormula } from './bill-formula';
import { BillTable } from './bill-table';
import { momentUtc, periodWords } from './statement-words';

/** What the period under way comes to so far, and how. */
export function OpenPeriod({ statement }: { statement: OpenStatement }) {
  const { bill } = statement;
  if (bill === null) return null;
  return (
    <section className="grid gap-5">
      <div>
        <SectionHead
          title={`The period under way, ${periodWords(statement)}`}
          aside={
            <Link
              href={`/my/statements/${CURRENT}`}
              className="text-13 text-brand underline decoration-1 underline-offset-3"
            >
              Open it as a statement
            </Link>
          }
        >
          As if it were closed now; meters were read at {momentUtc(statement.asOf)}
        </SectionHead>
        <BillTable bill={bill} caption="Lines of the period under way" />
      </div>
      <BillFormula bill={bill} />
    </section>
  );
}
