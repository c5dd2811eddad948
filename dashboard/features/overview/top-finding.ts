import { since } from '@/charts/findings/words';
import { mib } from '@/components/ui/figures';
import { NO_BREAK_SPACE, number } from '@/components/ui/number';
import { measure, type TopBy } from '@/data/top-order';
import type { TopTenant, TopTenants } from '@/data/top-tenants';

/** Who weighs most, as a finding. */
export function topFinding(reading: TopTenants, shown: readonly TopTenant[], by: TopBy): string {
  const [first] = shown;
  if (!first)
    return {
      bytes: 'No tenant stores anything yet',
      misses: 'No tenant missed anything in this range',
      evictions: 'No tenant evicted anything for space in this range',
      growth:
        reading.measuredFromMs === undefined
          ? 'How much tenants grew is not known: this range holds no samples yet'
          : `No tenant grew ${since(reading.measuredFromMs, reading.readAtMs)}`,
    }[by];
  const sum = shown.reduce((all, tenant) => all + measure(tenant, by), 0);
  if (by === 'bytes') {
    const share = number(Math.min(100, (100 * sum) / Math.max(1, reading.fleetBytes)));
    if (shown.length === reading.fleetTenants) return `${first.name} holds most bytes`;
    return shown.length === 1
      ? `${first.name} holds all bytes`
      : `${shown.length} tenants hold ${share}${NO_BREAK_SPACE}% of all bytes`;
  }
  if (by === 'growth')
    return `${first.name} grew most ${since(reading.measuredFromMs ?? reading.readAtMs, reading.readAtMs)}, by ${mib(measure(first, by))}`;
  const share = number((100 * measure(first, by)) / sum);
  return `${first.name} has ${share}${NO_BREAK_SPACE}% of the ${by}${shown.length < reading.fleetTenants ? ' of the tenants below' : ''}`;
}
