import { clock, DAY_MS, day, HOUR_MS, MINUTE_MS, SECOND_MS } from './time-format';

export interface ValueAxis {
  readonly max: number;
  readonly ticks: readonly number[];
  /** Places that tell neighbouring ticks apart. */
  readonly decimals: number;
}

const ROUND = [1, 2, 2.5, 5, 10];

/** From zero, three to five round steps; the axis ends above `greatest`, not always on a tick. */
export function valueAxis(greatest: number, headroom = 1.08): ValueAxis {
  return axisOf(greatest, headroom, roundStep);
}

function axisOf(greatest: number, headroom: number, stepFrom: (least: number) => number): ValueAxis {
  if (!(greatest > 0) || !Number.isFinite(greatest)) return { max: 1, ticks: [0, 1], decimals: 0 };
  const max = greatest * headroom;
  const step = stepFrom(max / 4);
  const ticks: number[] = [];
  for (let index = 0; index * step <= max * 1.0001; index += 1) ticks.push(round(index * step));
  return { max, ticks, decimals: decimalsOf(step) };
}

/** Whole things cannot be halved: an axis of entries never has a tick at 0.5. */
export function countAxis(greatest: number, headroom = 1.08): ValueAxis {
  if (greatest > 4) return axisOf(greatest, headroom, (least) => Math.floor(roundStep(least)));
  const top = Math.max(1, Math.ceil(greatest));
  return { max: top * headroom, ticks: Array.from({ length: top + 1 }, (_, index) => index), decimals: 0 };
}

export const SHARE_AXIS: ValueAxis = { max: 1, ticks: [0, 0.25, 0.5, 0.75, 1], decimals: 0 };

function roundStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = ROUND.find((candidate) => candidate * power >= raw * 0.9999) ?? 10;
  return factor * power;
}

function decimalsOf(step: number): number {
  for (let decimals = 0; decimals < 6; decimals += 1) {
    if (Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) < 1e-9) return decimals;
  }
  return 6;
}

const round = (value: number) => Number(value.toPrecision(12));

export interface TimeTick {
  readonly at: number;
  readonly label: string;
  /** A midnight in a chart of hours: its date is set stronger. */
  readonly strong: boolean;
}

const TICK_UNITS = [
  10 * SECOND_MS,
  30 * SECOND_MS,
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE_MS),
  ...[1, 3, 6, 12].map((count) => count * HOUR_MS),
  ...[1, 2, 5, 10].map((count) => count * DAY_MS),
];

/** Ticks on full units of UTC, as many as `most` allows; midnight shows the date. */
export function timeTicks(fromMs: number, toMs: number, most: number): TimeTick[] {
  const span = toMs - fromMs;
  if (!(span > 0)) return [];
  const room = Math.max(2, most);
  const tenDays = 10 * DAY_MS;
  const unit = TICK_UNITS.find((candidate) => span / candidate <= room) ?? Math.ceil(span / room / tenDays) * tenDays;
  const ticks: TimeTick[] = [];
  for (let at = Math.ceil(fromMs / unit) * unit; at <= toMs; at += unit) {
    const midnight = at % DAY_MS === 0;
    ticks.push({ at, label: midnight ? day(at) : clock(at), strong: midnight && unit < DAY_MS });
  }
  return ticks;
}
