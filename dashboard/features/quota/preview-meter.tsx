import { limitMib, mib, mibNumber } from '@/components/ui/figures';
import type { QuotaPreview } from '@/data/quota';

/** What stays, what goes, and where the new quota is; the scale holds the use and both limits. */
export function PreviewMeter({ preview: { usedBytes, evictBytes, before, after } }: { preview: QuotaPreview }) {
  const scale = Math.max(usedBytes, before.hardLimitBytes, after.hardLimitBytes);
  const at = (bytes: number) => (bytes / scale) * 100;
  const stayBytes = usedBytes - evictBytes;
  const above = after.enforcement === 'off' ? 0 : Math.max(0, stayBytes - after.quotaBytes);
  const tick = at(after.quotaBytes);
  const overage = after.hardLimitBytes > after.quotaBytes;
  return (
    <div className="grid gap-[5px] text-12 text-text-secondary">
      <div className="relative h-4">
        <span
          className="absolute whitespace-nowrap tabular-nums"
          style={tick > 30 ? { right: `${100 - tick}%` } : { left: `${tick}%` }}
        >
          <b className="font-medium text-text">New quota</b> {limitMib(after.quotaBytes)}
        </span>
      </div>
      <div
        role="img"
        aria-label={`Of ${mib(usedBytes)} in use, ${mib(stayBytes)} stay and ${mib(evictBytes)} are evicted.`}
        className="relative h-4 rounded-1 bg-bg-muted"
      >
        <i
          className="absolute inset-y-0 left-0 rounded-l-1 bg-chart-used"
          style={{ width: `${at(stayBytes - above)}%` }}
        />
        {above > 0 && (
          <i
            className="hatch-over absolute inset-y-0"
            style={{ left: `${at(stayBytes - above)}%`, width: `${at(above)}%` }}
          />
        )}
        {evictBytes > 0 && (
          <i
            className="hatch-evicted absolute inset-y-0"
            style={{ left: `${at(stayBytes)}%`, width: `${at(evictBytes)}%` }}
          />
        )}
        <i className="absolute -inset-y-[5px] w-0.5 bg-chart-limit" style={{ left: `calc(${tick}% - 1px)` }} />
        {overage && (
          <i
            className="tick-dashed absolute -inset-y-[5px] w-0.5"
            style={{ left: `calc(${at(after.hardLimitBytes)}% - 2px)` }}
          />
        )}
      </div>
      <div className="flex h-4 justify-between whitespace-nowrap tabular-nums">
        <span>{mib(stayBytes)} stay</span>
        {evictBytes > 0 ? (
          <span>
            <b className="font-medium text-text">Evicted</b> {mibNumber(evictBytes)}
          </span>
        ) : (
          overage && (
            <span>
              <b className="font-medium text-text">Hard limit</b> {limitMib(after.hardLimitBytes)}
            </span>
          )
        )}
      </div>
    </div>
  );
}
