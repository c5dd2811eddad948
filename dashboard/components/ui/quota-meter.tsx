import { limitMib, mib } from './figures';

interface QuotaMeterProps {
  usedBytes: number;
  quotaBytes: number;
  hardLimitBytes: number;
  /** What the reader calls the hard limit. */
  hardLimitName?: string;
  /** What the reader calls the quota. */
  quotaName?: string;
}

/** The one large meter of a page: use, the quota as a tick, the hard limit as a dashed tick, use above the quota hatched. */
export function QuotaMeter(props: QuotaMeterProps) {
  const { usedBytes, quotaBytes, hardLimitBytes, hardLimitName = 'Hard limit', quotaName = 'Quota' } = props;
  const scale = Math.max(hardLimitBytes, usedBytes);
  const at = (bytes: number) => (bytes / scale) * 100;
  const overage = hardLimitBytes > quotaBytes;
  return (
    <div className="grid gap-[5px] text-12 text-text-secondary">
      <div className="relative h-4">
        {overage && (
          <span className="absolute whitespace-nowrap tabular-nums" style={{ right: `${100 - at(quotaBytes)}%` }}>
            <b className="font-medium text-text">{quotaName}</b> {limitMib(quotaBytes)}
          </span>
        )}
      </div>
      <div
        role="img"
        aria-label={`${mib(usedBytes)} used. ${quotaName} ${limitMib(quotaBytes)}${overage ? `, ${hardLimitName.toLowerCase()} ${limitMib(hardLimitBytes)}` : ''}.`}
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
      <div className="relative h-4 whitespace-nowrap tabular-nums">
        <span>0</span>
        {/* Use above the hard limit lengthens the scale, and the label stays under its tick. */}
        <span className="absolute" style={{ right: `${100 - at(hardLimitBytes)}%` }}>
          <b className="font-medium text-text">{overage ? hardLimitName : quotaName}</b> {limitMib(hardLimitBytes)}
        </span>
      </div>
    </div>
  );
}
