import { ChartSpline } from 'lucide-react';
import { SizeCurve } from '@/charts/size-curve';
import { clock, DAY_MS, day } from '@/charts/time-format';
import { Empty } from '@/components/ui/empty';
import { count, limitMib, MIB, percent } from '@/components/ui/figures';
import { SectionHead } from '@/components/ui/page-head';
import type { Advice } from '@/data/advice-schema';
import { curveFinding, type Voice, verdictOf } from './advice-words';
import { curveView } from './curve';

export const CURVE_PX = 210;

/** Expected hit rate by quota, with the limit in force marked; or why there is none. */
export function AdviceCurve({ advice, voice }: { advice: Advice; voice: Voice }) {
  const { quota, silences } = advice;
  const tenant = voice === 'tenant';
  if (quota === null) {
    return (
      <div>
        <SectionHead title={tenant ? 'Answered from cache, by quota' : 'Expected hit rate by quota'} />
        <Empty icon={ChartSpline} title="There is no curve yet">
          {silences.find(({ kind }) => kind === 'quota')?.reason ?? 'Too few requests were sampled.'}
        </Empty>
      </div>
    );
  }
  const view = curveView(quota);
  const verdict = verdictOf(quota);
  const { presentBytes, presentHitRate, basis } = quota;
  const since = Date.parse(basis.from);
  const young = Date.parse(basis.to) - since < DAY_MS;
  const what = tenant ? 'Share of your requests answered from cache, %, by quota' : 'Expected hit rate by quota, %';
  const foot = view.minRate > 0 ? ` The axis starts at ${Math.round(view.minRate * 100)}\u00a0%.` : '';
  return (
    <SizeCurve
      finding={curveFinding(quota, voice)}
      caption={`${what}, estimated from ${count(basis.samples)} sampled requests since ${young ? `${clock(since)} UTC` : day(since)}.${foot}`}
      {...view}
      present={
        presentBytes === null
          ? undefined
          : { mib: presentBytes / MIB, hitRate: presentHitRate, label: `now ${percent(presentHitRate)}` }
      }
      better={
        verdict && verdict.kind !== 'right' && verdict.kind !== 'unlimited'
          ? {
              mib: verdict.enough / MIB,
              hitRate: verdict.hitRate,
              label: `${limitMib(verdict.enough)}: ${percent(verdict.hitRate)}`,
            }
          : undefined
      }
      names={{
        size: 'Limit',
        rate: tenant ? 'Answered from cache' : 'Expected hit rate',
        present: tenant ? 'Your limit' : 'Limit now',
      }}
      height={CURVE_PX}
    />
  );
}
