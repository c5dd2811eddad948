import { number } from '@/components/ui/number';
import { known, type Value } from '../gaps';
import { placesFor } from '../number-format';
import { mean, when } from './words';

export interface RequestFacts {
  readonly times: readonly number[];
  /** Requests per second. */
  readonly rates: readonly Value[];
  readonly nowMs: number;
  readonly span: string;
}

/** The mean rate, and the peak where it stands out. */
export function requestFinding({ times, rates, nowMs, span }: RequestFacts): string {
  const present = known(rates);
  const average = mean(present);
  if (average === undefined || average === 0) return `No requests in ${span}`;
  const text =
    average < 0.1
      ? 'Less than one request in 10 seconds'
      : `${rate(average)} ${average === 1 ? 'request' : 'requests'} a second`;
  const peak = Math.max(...present);
  if (present.length < 6 || peak < average * 1.25) return text;
  return `${text}, ${rate(peak)} ${when(times[rates.indexOf(peak)] ?? nowMs, nowMs)}`;
}

const rate = (value: number) => number(value, placesFor(value) === 2 ? 1 : value >= 10 ? 0 : placesFor(value));
