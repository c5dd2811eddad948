import { count, counted, limitMib, MIB } from '@/components/ui/figures';
import type { Plan } from '@/data/plan-schema';

/** What a plan allows, with the unit. */
export function planLimits({ quota }: Pick<Plan, 'quota'>): { quota: string; overage: string } {
  const { quotaMb, overageAllowed, overageLimitMb } = quota;
  const overage = overageAllowed ? overageLimitMb : 0;
  return { quota: limitMib(quotaMb * MIB), overage: overage === 0 ? 'none' : limitMib(overage * MIB) };
}

/** “12 tenants are on 3 plans, all with a quota of their own”. */
export function plansHeading(plans: readonly Plan[], total: number): string {
  if (total === 0) return 'There is no plan yet';
  if (plans.length < total) return `There are ${count(total)} plans`;
  const tenants = sum(plans, ({ tenants }) => tenants);
  const own = sum(plans, ({ tenantsWithOwnQuota }) => tenantsWithOwnQuota);
  const are = `${counted(tenants, 'tenant is', 'tenants are')} on ${counted(total, 'plan')}`;
  if (own === 0) return tenants === 0 ? are : `${are}, each with its plan’s quota`;
  return own === tenants ? `${are}, each with a quota of its own` : `${are}, ${count(own)} with a quota of their own`;
}

/** “12 tenants are on Growth, 3 with a quota of their own”. */
export function planHeading({ name, tenants, tenantsWithOwnQuota: own }: Plan): string {
  if (tenants === 0) return `No tenant is on ${name}`;
  const are = `${counted(tenants, 'tenant is', 'tenants are')} on ${name}`;
  if (own === 0) return `${are}, with the quota of the plan`;
  return own === tenants ? `${are}, each with a quota of its own` : `${are}, ${count(own)} with a quota of their own`;
}

function sum(plans: readonly Plan[], of: (plan: Plan) => number): number {
  return plans.reduce((total, plan) => total + of(plan), 0);
}
