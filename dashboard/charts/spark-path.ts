import { known, type Value } from './gaps';

const WIDTH = 84;
const HEIGHT = 22;
const HALF_SPAN = 0.12;

/** A single point has no shape: it is shown as what it is. */
export function isPoint(values: readonly Value[]): boolean {
  return known(values).length === 1;
}

/** One scale for a whole column, each line around its own mean: the shape is compared, the figure beside it gives the level. A single point is a dot. */
export function sparkPath(values: readonly Value[]): string {
  const present = known(values);
  const middle = present.reduce((all, value) => all + value, 0) / present.length;
  // A single point is of now, so it stands where the lines end.
  const x = (index: number) => 1 + (values.length === 1 ? 1 : index / (values.length - 1)) * (WIDTH - 4);
  const y = (value: number) => {
    const clipped = Math.min(middle + HALF_SPAN, Math.max(middle - HALF_SPAN, value));
    return HEIGHT - 1 - ((HEIGHT - 2) * (clipped - middle + HALF_SPAN)) / (2 * HALF_SPAN);
  };
  let path = '';
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    const joined = (values[index - 1] ?? null) !== null;
    path += `${joined ? 'L' : 'M'}${x(index).toFixed(1)},${y(value).toFixed(1)}`;
    if (!joined && (values[index + 1] ?? null) === null) path += 'h0.01';
  }
  return path;
}
