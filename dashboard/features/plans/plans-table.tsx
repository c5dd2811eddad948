import Link from 'next/link';
import { count, MIB, mibNumber } from '@/components/ui/figures';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import type { Plan } from '@/data/plan-schema';

const WIDE = 'max-md:hidden';

/** Whole MiB without decimals, as quotas are set. */
const mb = (value: number) => (Number.isInteger(value) ? count(value) : mibNumber(value * MIB));

export function PlansTable({ plans, canEdit }: { plans: readonly Plan[]; canEdit: boolean }) {
  return (
    <Table caption="Plans by name, with the quota they give and how many tenants they have">
      <thead>
        <tr>
          <ColumnHead>Plan</ColumnHead>
          <ColumnHead figure>Quota, MiB</ColumnHead>
          <ColumnHead figure className={WIDE}>
            Overage, MiB
          </ColumnHead>
          <ColumnHead className={`${WIDE} pl-5`}>When full</ColumnHead>
          <ColumnHead className={WIDE}>Enforcement</ColumnHead>
          <ColumnHead figure>Tenants</ColumnHead>
          <ColumnHead figure className={WIDE}>
            With own quota
          </ColumnHead>
          {canEdit && (
            <ColumnHead className={WIDE}>
              <span className="sr-only">Change</span>
            </ColumnHead>
          )}
        </tr>
      </thead>
      <tbody>
        {plans.map(({ name, quota, isDefault, tenants, tenantsWithOwnQuota }) => {
          const href = `/settings/plans/${encodeURIComponent(name)}`;
          return (
            <Row key={name}>
              <RowHead>
                <Link href={href} className="font-medium hover:underline hover:underline-offset-3">
                  {name}
                </Link>
                {isDefault && <span className="block text-12 text-text-muted">default plan</span>}
                <span className="block text-12 text-text-muted md:hidden">
                  <code>{quota.policy}</code>, {quota.enforcement}
                </span>
              </RowHead>
              <Cell figure>{mb(quota.quotaMb)}</Cell>
              <Cell figure className={WIDE}>
                {quota.overageAllowed && quota.overageLimitMb > 0 ? mb(quota.overageLimitMb) : 'none'}
              </Cell>
              <Cell className={`${WIDE} pl-5`}>
                <code>{quota.policy}</code>
              </Cell>
              <Cell className={WIDE}>{quota.enforcement}</Cell>
              <Cell figure>{count(tenants)}</Cell>
              <Cell figure className={WIDE}>
                {count(tenantsWithOwnQuota)}
              </Cell>
              {canEdit && (
                <Cell className={`${WIDE} text-right`}>
                  <Link href={href} className="text-brand underline decoration-1 underline-offset-3">
                    Change quotas<span className="sr-only"> of the tenants of {name}</span>
                  </Link>
                </Cell>
              )}
            </Row>
          );
        })}
      </tbody>
    </Table>
  );
}
