import type { HourlyDemand } from '../../server/src/core/shared.js';
import { forecastDemand } from '../../server/src/warming/demand-forecast.js';
import { quick } from '../facts.js';
import { demandOf, HOUR_MS, type HourlyTrace, inEqualHours, inShifts } from '../forecast-trace.js';
import { publish } from '../publish.js';
import { loadTraces } from '../traces.js';

const WEEKS = 4;
const WARMED = 100;
/** Every fifth hour of the second half: all hours of the week come up, for 5 and 168 have no common factor. */
const EVERY_HOURS = quick() ? 25 : 5;

type Warmed = (known: readonly HourlyDemand[], hour: number) => ReadonlySet<string>;

interface Contender {
  readonly name: string;
  warmed: Warmed;
}

const nothing: Contender = { name: 'nothing', warmed: () => new Set() };

/** What is known grows with each hour; `until` is the hour up to which this one looks. */
function mostRead(name: string, from: (hour: number) => number, until: (hour: number) => number): Contender {
  return {
    name,
    warmed: (known, hour) => {
      const totals = new Map<string, number>();
      for (const { group, hourMs, reads } of known) {
        if (hourMs < from(hour) * HOUR_MS || hourMs >= until(hour) * HOUR_MS) continue;
        totals.set(group, (totals.get(group) ?? 0) + reads);
      }
      const ranked = [...totals].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
      return new Set(ranked.slice(0, WARMED).map(([group]) => group));
    },
  };
}

const forecast: Contender = {
  name: 'forecast',
  warmed: (known, hour) => {
    const expected = forecastDemand(known, { nowMs: hour * HOUR_MS, sinceMs: 0 });
    return new Set(expected.slice(0, WARMED).map(({ group }) => group));
  },
};

/** Of a cache that begins an hour with what was warmed and evicts nothing: hits of the first minute, and of the hour. */
function replay(hours: HourlyTrace['hours'], demand: readonly HourlyDemand[][], { warmed }: Contender) {
  const sums = { minute: 0, minuteHits: 0, hour: 0, hourHits: 0 };
  const half = hours.length / 2;
  const known: HourlyDemand[] = demand.slice(0, half).flat();
  for (let hour = half; hour < hours.length; hour++) {
    if ((hour - half) % EVERY_HOURS === 0) {
      const keys = hours[hour] as readonly string[];
      const cached = new Set(warmed(known, hour));
      const minute = Math.max(1, Math.round(keys.length / 60));
      for (const [index, key] of keys.entries()) {
        const hit = Number(cached.has(key));
        cached.add(key);
        sums.hour++;
        sums.hourHits += hit;
        if (index >= minute) continue;
        sums.minute++;
        sums.minuteHits += hit;
      }
    }
    known.push(...(demand[hour] as HourlyDemand[]));
  }
  return [sums.minuteHits / sums.minute, sums.hourHits / sums.hour].map((rate) => (rate * 100).toFixed(2));
}

const { recorded, traces } = loadTraces();
/** Monday to Friday from 8 to 20 the first, at weekends the last, else the second. */
const shift = (hour: number) => {
  if (hour >= 120) return traces.length - 1;
  return hour % 24 >= 8 && hour % 24 < 20 ? 0 : 1;
};
const hourly = [...traces.map((trace) => inEqualHours(trace, WEEKS)), inShifts('in shifts', traces, WEEKS, shift)];
const half = (WEEKS * 168) / 2;
const contenders = [
  nothing,
  mostRead(
    'most read of the first half',
    () => 0,
    () => half,
  ),
  mostRead(
    'most read until now',
    () => 0,
    (hour) => hour,
  ),
  mostRead(
    'most read of the last day',
    (hour) => hour - 24,
    (hour) => hour,
  ),
  forecast,
];
const rows = hourly.flatMap(({ name, hours }) => {
  const demand = demandOf(hours);
  return contenders.map((contender) => {
    process.stderr.write(`… ${name}: ${contender.name}\n`);
    return { name: `${name}: ${contender.name}`, cells: replay(hours, demand, contender) };
  });
});
publish({
  title: `Hit ratio of hours that begin with ${WARMED} warmed keys, %`,
  note: `${
    recorded ? 'Recorded traces' : 'No recordings in ../shared/traces: seeded Zipf keys'
  }, dealt out to ${WEEKS} weeks in equal hours, for they have no times of day; "in shifts" they take turns by the hour of the week. The second half is measured, each hour from an empty cache.`,
  columns: ['first minute', 'hour'],
  rows,
});
