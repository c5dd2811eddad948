import type { Field } from './fields.js';

/** What an earlier middleware says of these is said of the answer, and belongs to it. */
const OF_THE_ANSWER =
  /^(?:age|cache-control|content-.*|date|etag|expires|last-modified|pragma|surrogate-.*|vary|.*-cache-control)$/;

/**
 * The fields of the answer itself: what earlier middlewares set for this request they will set for the next one too. A name
 * that the handler changed or added to is kept with all its lines, for they take the place of the earlier ones.
 */
export function keptFields(headers: readonly Field[], before: readonly Field[]): Field[] {
  const earlier = linesByName(before);
  const now = linesByName(headers);
  return headers.filter(([name]) => OF_THE_ANSWER.test(name) || now.get(name) !== earlier.get(name));
}

/** Names that earlier middlewares had set and the handler took away. */
export function removedFields(headers: readonly Field[], before: readonly Field[]): string[] {
  const left = new Set(headers.map(([name]) => name));
  return [...new Set(before.map(([name]) => name))].filter((name) => !left.has(name));
}

function linesByName(fields: readonly Field[]): Map<string, string> {
  const lines = new Map<string, string>();
  // No value of a field has a line break.
  for (const [name, value] of fields) lines.set(name, `${lines.get(name) ?? ''}\n${value}`);
  return lines;
}
