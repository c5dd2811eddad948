import { sizeText } from '@/charts/size-model';
import { count, limitMib, MIB, mib, percent } from '@/components/ui/figures';
import { NO_BREAK_SPACE, number } from '@/components/ui/number';
import { day } from '@/components/ui/times';
import type { Advice, AdviceItem, Growth, QuotaOutlook } from '@/data/advice-schema';
import { enoughBytes, hitRateAt } from './curve';

export type Voice = 'operator' | 'tenant';

const DAY_MS = 86_400_000;
/** A smaller limit is worth saying from a quarter less on, a larger one from a point more on. */
const TOO_MUCH = 0.75;
const WORTH_MORE = 0.01;

/** Which of the three the curve says, and of which size it speaks. */
export function verdictOf(outlook: QuotaOutlook) {
  const { presentBytes } = outlook;
  const enough = enoughBytes(outlook);
  if (enough === undefined) return undefined;
  const hitRate = hitRateAt(outlook, enough);
  if (presentBytes === null) return { kind: 'unlimited', enough, hitRate } as const;
  if (enough > presentBytes && hitRate - outlook.presentHitRate >= WORTH_MORE) {
    return { kind: 'more', enough, hitRate, moreBytes: enough - presentBytes } as const;
  }
  if (enough <= presentBytes * TOO_MUCH) return { kind: 'less', enough, hitRate } as const;
  return { kind: 'right', enough, hitRate } as const;
}

/** The heading of the curve. */
export function curveFinding(outlook: QuotaOutlook, voice: Voice): string {
  const verdict = verdictOf(outlook);
  const present = outlook.presentBytes;
  if (verdict === undefined) return 'What another size would answer is not known';
  const size = limitMib(verdict.enough);
  if (verdict.kind === 'unlimited') return `${size} would answer as much as no limit does`;
  if (verdict.kind === 'more') {
    return voice === 'tenant'
      ? `More room helps up to ${size}`
      : `${size} would answer ${percent(verdict.hitRate)}; more than that adds little`;
  }
  const now = limitMib(present ?? 0);
  if (verdict.kind === 'less') {
    return voice === 'tenant' ? `${size} would be enough for you` : `${size} would answer as much as ${now} do`;
  }
  return voice === 'tenant' ? 'More room would not help you' : `More than ${now} would add next to nothing`;
}

/** `+3.1 points`; a difference of two shares. */
export function points(difference: number): string {
  return `${number(difference * 100, 1)}${NO_BREAK_SPACE}${Math.abs(difference) * 100 === 1 ? 'point' : 'points'}`;
}

export interface AdviceThing {
  readonly key: string;
  readonly severity: AdviceItem['severity'];
  readonly what: string;
  readonly why: string;
  /** The limit that the advice asks for, where it asks for another one. */
  readonly limitBytes?: number;
}

/** What is worth doing or knowing, most pressing first as the advisor has it. */
export function thingsOf({ items, quota, growth }: Advice, voice: Voice): AdviceThing[] {
  return items.flatMap((item, index): AdviceThing[] => {
    const { kind, severity, message, figures } = item;
    const key = `${kind}-${index}`;
    if (kind === 'quota' && quota) return quotaThing(key, quota, voice);
    if (kind === 'growth' && growth?.daysToFull != null) return [growthThing(key, severity, growth, voice)];
    if (kind === 'effectiveness') return [];
    return [{ key, severity, what: titleOf(kind, figures), why: message }];
  });
}

function quotaThing(key: string, outlook: QuotaOutlook, voice: Voice): AdviceThing[] {
  const verdict = verdictOf(outlook);
  if (verdict === undefined || verdict.kind === 'unlimited') return [];
  const { presentHitRate, coldShare, expiredShare, invalidatedShare, bestHitRate } = outlook;
  const tenant = voice === 'tenant';
  if (verdict.kind === 'more') {
    const gain = points(verdict.hitRate - presentHitRate);
    return [
      {
        key,
        severity: 'notice',
        what: tenant
          ? `Ask for ${limitMib(verdict.moreBytes)} more room`
          : `+${gain} would need ${limitMib(verdict.moreBytes)} more`,
        why: tenant
          ? `Then ${percent(verdict.hitRate)} of your requests are answered from cache, ${gain} more than now. Beyond that there is almost nothing to gain.`
          : `A limit of ${limitMib(verdict.enough)} would answer ${percent(verdict.hitRate)} of the requests, ${limitMib(outlook.presentBytes ?? 0)} answer ${percent(presentHitRate)}. Beyond that there is almost nothing to gain.`,
        limitBytes: verdict.enough,
      },
    ];
  }
  const rest = `Of all requests ${percent(coldShare)} are the first for their entry, ${percent(expiredShare)} come after it expired and ${percent(invalidatedShare)} after it was invalidated: no size answers more than ${percent(bestHitRate)}.`;
  if (verdict.kind === 'less') {
    return [
      {
        key,
        severity: 'info',
        what: tenant
          ? `You have more room than you need`
          : `${limitMib(verdict.enough)} would do, ${limitMib((outlook.presentBytes ?? 0) - verdict.enough)} less than now`,
        why: tenant ? `${limitMib(verdict.enough)} would answer as many of your requests. ${rest}` : rest,
        ...(!tenant && { limitBytes: verdict.enough }),
      },
    ];
  }
  return [
    {
      key,
      severity: 'info',
      what: tenant ? 'Your room is enough' : 'The limit is as large as it needs to be',
      why: rest,
    },
  ];
}

function growthThing(key: string, severity: AdviceItem['severity'], growth: Growth, voice: Voice): AdviceThing {
  const [pace, full] = [paceOf(growth), fullOf(growth)];
  return voice === 'tenant'
    ? {
        key,
        severity,
        what: `You reach your limit ${full}`,
        why: `You grow by ${pace}. From then on entries are removed to make room.`,
      }
    : { key, severity, what: `Full ${full}`, why: `Use grows by ${pace}. From then on entries are evicted for space.` };
}

/** `38.1 MiB a day`, or why there is no figure. */
export function paceOf(growth: Growth | null): string {
  if (growth === null) return 'not known yet';
  if (growth.bytesPerDay === null) return 'no clear trend';
  const { bytesPerDay } = growth;
  const text =
    Math.abs(bytesPerDay) < MIB / 10 ? `${number(bytesPerDay / 1024, 1)}${NO_BREAK_SPACE}KiB` : mib(bytesPerDay);
  return `${text} a day`;
}

/** `in 12 days, on 4 Dec`, or why there is no day. */
export function fullOf(growth: Growth | null): string {
  if (growth === null) return 'not known yet';
  if (growth.daysToFull === null) return 'not at this pace';
  const days = Math.max(1, Math.round(growth.daysToFull));
  if (days > 366) return 'in more than a year';
  const from = Date.parse(growth.basis.to);
  return `in ${count(days)} ${days === 1 ? 'day' : 'days'}, on ${day(from + days * DAY_MS)}`;
}

/** What a hit rate would need: `6.2 MiB`, or that no size has it. */
export function goalText(bytes: number | null): string {
  return bytes === null ? 'no size reaches it' : sizeText(Math.ceil((bytes / MIB) * 10) / 10);
}

function titleOf(kind: string, figures: AdviceItem['figures']): string {
  const { resource, measure, proposedTtlMs } = figures;
  if (kind === 'ttl' && typeof resource === 'string') {
    return typeof proposedTtlMs === 'number'
      ? `Keep ${resource} for ${spanText(proposedTtlMs)}`
      : `Keep the time to live of ${resource}`;
  }
  if (kind === 'hit-rate' && typeof resource === 'string') return `${resource} is seldom answered from cache`;
  if (kind === 'anomaly' && typeof measure === 'string') return `Unusual for this hour: ${measure}`;
  return 'Worth a look';
}

function spanText(ms: number): string {
  const units = [
    ['day', DAY_MS],
    ['hour', 3_600_000],
    ['minute', 60_000],
    ['second', 1000],
  ] as const;
  const [name, unit] = units.find(([, size]) => ms >= size) ?? ['second', 1000];
  const value = ms / unit;
  const text = number(value, Number.isInteger(value) || value >= 10 ? 0 : 1);
  return `${text} ${text === '1' ? name : `${name}s`}`;
}

const COUNTS = ['Nothing', 'One thing', 'Two things', 'Three things', 'Four things', 'Five things'];

/** The heading of the list. */
export function thingsHeading(things: readonly AdviceThing[], voice: Voice): string {
  const pressing = things.filter(({ severity }) => severity !== 'info').length;
  if (pressing === 0) {
    if (voice === 'tenant') return 'You need not do anything';
    return things.length === 0 ? 'Nothing needs to be changed' : 'Nothing needs to be changed, but could be';
  }
  return `${COUNTS[pressing] ?? `${pressing} things`} would help`;
}

const SILENT: Readonly<Record<string, string>> = {
  quota: 'What another size would answer',
  growth: 'Growth',
  anomaly: 'Unusual hours',
  'hit-rate': 'Resources',
  ttl: 'Times to live',
  effectiveness: 'What the cache saves',
};

/** What the advisor says nothing of, by its name here. */
export function silentName(kind: string): string {
  return SILENT[kind] ?? kind;
}
