import { limitMib, mib } from './figures';

interface QuotaMeterProps {
  usedBytes: number;
  quotaBytes: number;
  hardLimitBytes: number;
}

/** The one large meter of a page: use, the quota as a tick, the hard limit as a dashed tick, use above the quota hatched. */
export function QuotaMeter({ usedBytes, quotaBytes, hardLimitBytes }: QuotaMeterProps) {
  const scale = Math.max(hardLimitBytes, usedBytes);
  const at = (bytes: number) => (bytes / scale) * 100;
  const overage = hardLimitBytes > quotaBytes;
  return (
    <div className="grid gap-[5px] text-12 text-text-secondary">
      <div className="relative h-4">
        {overage && (
          <span className="absolute whitespace-nowrap tabular-nums" style={{ right: `${100 - at(quotaBytes)}%` }}>
            <b className="font-medium text-text">Quota</b> {limitMib(quotaBytes)}
          </span>
        )}
      </div>
      <div
        role="img"
        aria-label={`${mib(usedBytes)} used. Quota ${limitMib(quotaBytes)}${overage ? `, hard limit ${limitMib(hardLimitBytes)}` : ''}.`}
        className="relative h-4 rounded-1 bg-bg-muted"
      >
        <i
          className="absolute inset-y-0 left-0 rounded-l-1 bg-chart-used"
          style={{ width: `${at(Math.min(usedBytes, quotaBytes))}%` }}
        />
        {usedBytes > quotaBytes && (
          <i
            className="hatch-over absolute inset-y-0"
            style={{ left: `${at(quotaBytes)}%`, width: `${at(usedBytes - quotaBytes)}%` }}
          />
        )}
        <i
          className="absolute -inset-y-[5px] w-0.5 bg-chart-limit"
          style={{ left: `calc(${at(quotaBytes)}% - 1px)` }}
        />
        {overage && (
          <i
            className="tick-dashed absolute -inset-y-[5px] w-0.5"
            style={{ left: `calc(${at(hardLimitBytes)}% - 2px)` }}
          />
        )}
      </div>
      <div className="relative flex h-4 justify-between whitespace-nowrap tabular-nums">
        <span>0</span>
        <span>
          <b className="font-medium text-text">{overage ? 'Hard limit' : 'Quota'}</b> {limitMib(hardLimitBytes)}
        </span>
      </div>
    </div>
  );
}
