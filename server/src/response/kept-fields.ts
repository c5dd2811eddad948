import type { Field } from './fields.js';

/** What an earlier middleware says of these is said of the answer, and belongs to it. */
const OF_THE_ANSWER =
  /^(?:age|cache-control|content-.*|date|etag|expires|last-modified|pragma|surrogate-.*|vary|.*-cache-control)$/;

/** The fields of the answer itself: what earlier middlewares set for this request they will set for the next one too. */
export function keptFields(headers: readonly Field[], before: readonly Field[]): Field[] {
  const earlier = new Set(before.map(([name, value]) => `${name}:${value}`));
  return headers.filter(([name, value]) => OF_THE_ANSWER.test(name) || !earlier.has(`${name}:${value}`));
}
