import { Change } from '@/components/ui/change';
import { Facts } from '@/components/ui/facts';
import { limitMib, mib, percent } from '@/components/ui/figures';
import { Skeleton } from '@/components/ui/skeleton';
import { StateBadge } from '@/components/ui/state-badge';
import type { QuotaPreview } from '@/data/quota';
import { PreviewMeter } from './preview-meter';
import { previewHeading, previewSentence } from './quota-words';
import type { PreviewState } from './use-preview';

/** What happens on saving, before it happens. Keeps its height and its last figures while the next ones are asked for. */
export function PreviewBlock({ state }: { state: PreviewState }) {
  const shown = state.kind === 'known' ? state.preview : state.last;
  return (
    <section
      aria-label="Preview"
      aria-live="polite"
      aria-busy={state.kind === 'waiting'}
      className="grid min-h-[212px] content-start gap-3 rounded-2 border border-border-strong px-4 pt-3.5 pb-4"
    >
      {state.kind === 'failed' && (
        <div>
          <p className="text-20 font-semibold tracking-[-0.03em]">What saving does is not known</p>
          <p className="text-13 text-text-secondary">{state.message}</p>
        </div>
      )}
      {state.kind !== 'failed' && !shown && (
        <>
          <Skeleton className="h-7 w-64" />
          <Skeleton className="h-4 w-full" />
          <Skeleton className="mt-6 h-4 w-full" />
        </>
      )}
      {shown && <Figures preview={shown} />}
    </section>
  );
}

function Figures({ preview }: { preview: QuotaPreview }) {
  const { before, after, usedBytes, evictBytes, stateAfter } = preview;
  const share = percent((usedBytes - evictBytes) / after.quotaBytes);
  const limit = limitMib(after.hardLimitBytes);
  return (
    <>
      <div>
        <p className="text-20 font-semibold tracking-[-0.03em]">{previewHeading(preview)}</p>
        <p className="text-13 text-text-secondary">{previewSentence(preview)}</p>
      </div>
      <PreviewMeter preview={preview} />
      <Facts
        inside
        facts={[
          {
            key: 'limit',
            name: 'Limit in force',
            value:
              before.hardLimitBytes === after.hardLimitBytes ? (
                limit
              ) : (
                <Change before={limitMib(before.hardLimitBytes)} after={limit} />
              ),
          },
          { key: 'used', name: 'In use after saving', value: mib(usedBytes - evictBytes) },
          { key: 'state', name: 'State after saving', value: <StateBadge state={stateAfter} detail={share} /> },
        ]}
      />
    </>
  );
}
