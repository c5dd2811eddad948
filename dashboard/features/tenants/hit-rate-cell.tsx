import { Sparkline } from '@/charts/sparkline';
import { percent } from '@/components/ui/figures';
import type { ActiveTenant } from '@/data/tenants-reading';

/** Hit rate of the range with its course beside it. Without requests there is no rate. */
export function HitRateCell({ tenant: { hitRatio, hitRatios } }: { tenant: ActiveTenant }) {
  if (hitRatio === undefined) return <span className="text-text-muted">no requests</span>;
  return (
    <span className="inline-flex items-center justify-end gap-3 align-middle">
      <span className="max-sm:hidden">
        <Sparkline values={hitRatios} />
      </span>
      <span>{percent(hitRatio)}</span>
    </span>
  );
}
