import { Facts } from '@/components/ui/facts';
import { mib } from '@/components/ui/figures';
import type { PlanPreview } from '@/data/plan-schema';
import type { PreviewState } from '@/features/quota/use-preview';
import { bulkHeading, bulkSentence } from './bulk-words';

const MOST = 5;

/** What happens to the tenants of the plan, before it happens. */
export function BulkPreview({ state, asked }: { state: PreviewState<PlanPreview>; asked: boolean }) {
  const shown = state.kind === 'known' ? state.preview : state.last;
  return (
    <section
      aria-label="Preview"
      aria-live="polite"
      aria-busy={asked && state.kind === 'waiting'}
      className="grid min-h-[132px] content-start gap-3 rounded-2 border border-border-strong px-4 pt-3.5 pb-4"
    >
      {state.kind === 'failed' && <Said heading="What applying does is not known" text={state.message} />}
      {state.kind !== 'failed' && !shown && (
        <Said
          heading={asked ? 'Being counted…' : 'Nothing is different yet'}
          text={
            asked
              ? 'The API looks at the tenants with the greatest use.'
              : 'Fill in a setting to see how many tenants it changes and what they lose.'
          }
        />
      )}
      {shown && <Found preview={shown} />}
    </section>
  );
}

function Said({ heading, text }: { heading: string; text: string }) {
  return (
    <div>
      <p className="text-20 font-semibold tracking-[-0.03em]">{heading}</p>
      <p className="text-13 text-text-secondary">{text}</p>
    </div>
  );
}

function Found({ preview }: { preview: PlanPreview }) {
  const losing = preview.items.filter(({ evictBytes }) => evictBytes > 0);
  const most = losing.toSorted((a, b) => b.evictBytes - a.evictBytes).slice(0, MOST);
  return (
    <>
      <Said heading={bulkHeading(preview)} text={bulkSentence(preview)} />
      {most.length > 0 && (
        <Facts
          inside
          facts={most.map(({ tenantId, usedBytes, evictBytes }) => ({
            key: tenantId,
            name: <code className="truncate">{tenantId}</code>,
            value: `loses ${mib(evictBytes)} of ${mib(usedBytes)}`,
          }))}
        />
      )}
    </>
  );
}
