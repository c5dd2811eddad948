import { count } from '@/components/ui/figures';
import type { Quota } from '@/data/quota-schema';
import { overageOf } from './quota-entries';

export interface Difference {
  name: string;
  before: string;
  after: string;
}

/** What two versions of a quota differ in, in words. */
export function quotaDifferences(before: Quota, after: Quota): Difference[] {
  const mib = (mb: number) => `${count(mb)}\u00a0MiB`;
  const all: Difference[] = [
    { name: 'quota', before: count(before.quotaMb), after: mib(after.quotaMb) },
    { name: 'overage', before: count(overageOf(before)), after: mib(overageOf(after)) },
    { name: 'policy', before: before.policy, after: after.policy },
    { name: 'enforcement', before: before.enforcement, after: after.enforcement },
  ];
  const differs = [
    before.quotaMb !== after.quotaMb,
    overageOf(before) !== overageOf(after),
    before.policy !== after.policy,
    before.enforcement !== after.enforcement,
  ];
  return all.filter((_, index) => differs[index]);
}
