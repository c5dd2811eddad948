import type { ChartMarker } from './chart-model';
import { nearest } from './geometry';
import { clock, day } from './time-format';

export interface Change {
  readonly key: string;
  /** `Quota 64 to 128 MiB at 16:48` */
  readonly text: string;
}

/** The changes nearest to this point, each with its own time, which lies between two points. */
export function changesAt(markers: readonly ChartMarker[], times: readonly number[], index: number): Change[] {
  return markers
    .filter(({ at }) => nearest(times, at) === index)
    .map(({ at, label }) => {
      const date = day(at) === day(times[index] ?? at) ? '' : `${day(at)}, `;
      return { key: `${at} ${label}`, text: `${label} at ${date}${clock(at, false)}` };
    });
}
