import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

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

function inPairs(flat: readonly unknown[]): unknown[][] {
  const pairs: unknown[][] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) pairs.push([flat[at], flat[at + 1]]);
  return pairs;
}
