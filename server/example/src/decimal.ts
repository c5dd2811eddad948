/** A decimal such as `-12.50`. Money, prices and quantities are such texts throughout: floats would change their last digits. */
export type Decimal = string;

const DECIMAL = /^(-?)(\d{1,40})(?:\.(\d{1,20}))?$/;

/** A whole number of steps of 10^-places. */
interface Steps {
  readonly steps: bigint;
  readonly places: number;
}

/** Exact. @throws RangeError for a text that is no decimal; so do the others */
export function product(one: Decimal, other: Decimal): Decimal {
  const [a, b] = [read(one), read(other)];
  return written({ steps: a.steps * b.steps, places: a.places + b.places });
}

/** Exact; `0` of none. */
export function sum(amounts: readonly Decimal[]): Decimal {
  const all = amounts.map(read);
  const places = Math.max(0, ...all.map((each) => each.places));
  return written({ steps: all.reduce((total, each) => total + inPlaces(each, places), 0n), places });
}

export function negated(amount: Decimal): Decimal {
  const { steps, places } = read(amount);
  return written({ steps: -steps, places });
}

/** With exactly so many places, a half away from zero. */
export function rounded(amount: Decimal, places: number): Decimal {
  const given = read(amount);
  if (given.places <= places) return written({ steps: inPlaces(given, places), places });
  const unit = 10n ** BigInt(given.places - places);
  const half = given.steps < 0n ? -unit / 2n : unit / 2n;
  return written({ steps: (given.steps + half) / unit, places });
}

/** Below, at or above zero: -1, 0 or 1. */
export function sign(amount: Decimal): -1 | 0 | 1 {
  const { steps } = read(amount);
  if (steps === 0n) return 0;
  return steps < 0n ? -1 : 1;
}

function read(text: Decimal): Steps {
  const [, minus, whole, fraction = ''] = DECIMAL.exec(text) ?? [];
  if (whole === undefined) throw new RangeError('not a decimal');
  const steps = BigInt(whole + fraction);
  return { steps: minus ? -steps : steps, places: fraction.length };
}

function written({ steps, places }: Steps): Decimal {
  const digits = String(steps < 0n ? -steps : steps).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const text = places === 0 ? whole : `${whole}.${digits.slice(-places)}`;
  return steps < 0n ? `-${text}` : text;
}

function inPlaces({ steps, places }: Steps, wanted: number): bigint {
  return steps * 10n ** BigInt(wanted - places);
}
