import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { type Field, fieldValues, listMembers } from './fields.js';

/** The fields that `writeHead` takes, in any of its forms, as if they had been set one by one. */
export function applyHeaders(res: ServerResponse, headers: OutgoingHttpHeaders | readonly unknown[] | undefined): void {
  if (headers === undefined || headers === null) return;
  if (!Array.isArray(headers)) {
    for (const [name, value] of Object.entries(headers as OutgoingHttpHeaders)) {
      if (value !== undefined) res.setHeader(name, value);
    }
    return;
  }
  const pairs = (Array.isArray(headers[0]) ? headers : inPairs(headers)) as [string, string | string[]][];
  const seen = new Set<string>();
  for (const [name, value] of pairs) {
    const lower = name.toLowerCase();
    if (seen.has(lower)) res.appendHeader(name, value);
    else res.setHeader(name, value);
    seen.add(lower);
  }
}

/** What a compression changes on its way out is not of the answer that is kept. */
const OF_THE_BYTES = new Set(['content-encoding', 'content-length', 'etag', 'transfer-encoding']);

/**
 * The head to judge once hooks of earlier middlewares (`on-headers`: sessions) had their say in it. What they say that it
 * varies by came too late to be asked for, and fits no other request.
 */
export function headAsSent(made: readonly Field[], sent: readonly Field[]): readonly Field[] {
  const known = new Set(['', 'accept-encoding', ...namesOfVary(made)]);
  const late = namesOfVary(sent).some((name) => !known.has(name));
  const kept = (name: string) => OF_THE_BYTES.has(name) || name === 'vary';
  const fields = [...made.filter(([name]) => kept(name)), ...sent.filter(([name]) => !kept(name))];
  return late ? [...fields, ['vary', '*']] : fields;
}

function namesOfVary(headers: readonly Field[]): string[] {
  return fieldValues(headers, 'vary')
    .flatMap(listMembers)
    .map((name) => name.trim().toLowerCase());
}

function inPairs(flat: readonly unknown[]): unknown[][] {
  const pairs: unknown[][] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) pairs.push([flat[at], flat[at + 1]]);
  return pairs;
}
