const SCALE = 1.25;
const LIMIT_AT = 100 / SCALE;

/** Use against a quota: slate up to the quota, a tick at 100 %, hatched above; the scale ends at 125 %. Decoration: say the figure beside it. */
export function QuotaBar({ usedBytes, quotaBytes }: { usedBytes: number; quotaBytes: number }) {
  const share = Math.min(usedBytes / quotaBytes, SCALE);
  const within = Math.min(share, 1) * LIMIT_AT;
  const above = Math.max(0, share - 1) * LIMIT_AT;
  return (
    <span aria-hidden className="relative block h-2 w-full min-w-12 rounded-1 bg-bg-muted sm:min-w-[72px]">
      <i
        className={`absolute inset-y-0 left-0 bg-chart-used ${above > 0 ? 'rounded-l-1' : 'rounded-1'}`}
        style={{ width: `${within}%` }}
      />
      {above > 0 && (
        <i className="hatch-over absolute inset-y-0 rounded-r-1" style={{ left: `${LIMIT_AT}%`, width: `${above}%` }} />
      )}
      <i className="absolute -inset-y-[3px] w-[1.5px] bg-chart-limit" style={{ left: `${LIMIT_AT}%` }} />
    </span>
  );
}
