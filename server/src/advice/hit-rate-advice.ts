import type { Advice, AdviceBasis, Finding, SampledResource } from '../core/advice.js';
import type { ResourceUsage } from '../core/usage-reader.js';
import { countText, percentText, timeText } from './figures-text.js';

const MIN_REQUESTS = 1_000;
const MIN_SHARE = 0.01;
const MIN_SAMPLED = 200;
const POOR = 0.5;

/** Resources that are asked for often and found seldom, with the reason where the sample knows one. */
export function hitRateFinding(
  resources: readonly ResourceUsage[],
  causes: ReadonlyMap<string, SampledResource & { readonly sampled: number }>,
  span: { readonly fromMs: number; readonly toMs: number },
): Finding<never> {
  const all = resources.reduce((sum, { requests }) => sum + requests, 0);
  const enough = resources.filter(({ requests }) => requests >= Math.max(MIN_REQUESTS, all * MIN_SHARE));
  if (enough.length === 0) {
    const reason = `No resource had ${countText(MIN_REQUESTS)} requests; hit rates of fewer are not judged.`;
    return { known: null, items: [], silences: [{ kind: 'hit-rate', reason }] };
  }
  const items = enough.flatMap((usage): Advice[] => {
    const hitRate = (usage.l1Hits + usage.l2Hits) / usage.requests;
    if (hitRate >= POOR) return [];
    const { resource, requests, loads, loadTimeMs } = usage;
    const basis: AdviceBasis = { ...span, samples: requests, of: 'requests' };
    const message =
      `${percentText(hitRate)} of ${countText(requests)} requests for ${resource} were hits; ` +
      `${countText(loads)} loads took ${timeText(loadTimeMs)} in all.${causeText(causes.get(resource), hitRate)}`;
    return [
      {
        kind: 'hit-rate',
        severity: 'notice',
        message,
        figures: { resource, hitRate, requests, loads, loadTimeMs, ...sharesOf(causes.get(resource)) },
        basis,
      },
    ];
  });
  return { known: null, items, silences: [] };
}

function sharesOf(cause: (SampledResource & { readonly sampled: number }) | undefined) {
  if (cause === undefined || cause.sampled < MIN_SAMPLED) return {};
  const { requests, cold, expired, invalidated } = cause;
  return { coldShare: cold / requests, expiredShare: expired / requests, invalidatedShare: invalidated / requests };
}

/** The greatest cause, if it stands for half of the misses. */
function causeText(cause: (SampledResource & { readonly sampled: number }) | undefined, hitRate: number): string {
  const { coldShare = 0, expiredShare = 0, invalidatedShare = 0 } = sharesOf(cause);
  const half = (1 - hitRate) / 2;
  if (coldShare >= half) {
    return ` ${percentText(coldShare)} asked for an entry for the first time: caching this resource saves little as its keys are.`;
  }
  if (expiredShare >= half) return ` ${percentText(expiredShare)} came after the entry had expired: look at its TTL.`;
  if (invalidatedShare >= half) {
    return ` ${percentText(invalidatedShare)} came after an invalidation: narrower tags or prefixes would help.`;
  }
  return '';
}
