import 'server-only';
import Link from 'next/link';
import { SectionHead } from '@/components/ui/page-head';
import { AdminApiDown } from '@/data/admin-api';
import type { BillRow } from '@/data/billing';
import { periodSlug } from '@/data/statement-schema';
import { findStatement } from '@/data/statements';
import type { FleetViewer } from '@/data/viewer';
import { ApiSilent } from '../statements/api-silent';
import { BillFormula } from '../statements/bill-formula';

interface ExampleBillProps {
  readonly viewer: FleetViewer;
  readonly row: BillRow;
}

/** How an amount is made, with the numbers of the first tenant of the list. */
export async function ExampleBill({ viewer, row }: ExampleBillProps) {
  const slug = periodSlug({ periodStart: new Date(row.startMs).toISOString(), open: row.open });
  const bill = await findStatement(viewer, row.tenantId, slug).then(
    (statement) => statement?.bill ?? undefined,
    (error: unknown) => {
      if (error instanceof AdminApiDown) return null;
      throw error;
    },
  );
  if (bill === undefined) return null;
  return (
    <section>
      <SectionHead
        title={`How the amount of ${row.name} is made`}
        aside={
          <Link
            href={`/billing/${row.tenantId}/${encodeURIComponent(slug)}`}
            className="block max-w-full truncate sm:max-w-[320px] text-13 text-brand underline decoration-1 underline-offset-3"
          >
            Statement of {row.name}
          </Link>
        }
      />
      {bill === null ? <ApiSilent /> : <BillFormula bill={bill} />}
    </section>
  );
}
