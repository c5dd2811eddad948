import type { OutgoingHttpHeaders } from 'node:http';

/** One field line; the name in lower case. */
export type Field = readonly [name: string, value: string];

/** Every line of one name, in order. */
export function fieldValues(fields: readonly Field[], name: string): string[] {
  const values: string[] = [];
  for (const [present, value] of fields) if (present === name) values.push(value);
  return values;
}

/** The lines of one name as one value (RFC 9110, 5.2), or nothing. */
export function fieldValue(fields: readonly Field[], name: string): string | undefined {
  const values = fieldValues(fields, name);
  return values.length === 0 ? undefined : values.join(', ');
}

export function hasField(fields: readonly Field[], name: string): boolean {
  return fields.some(([present]) => present === name);
}

/** Of `IncomingMessage.rawHeaders`: names and values in turn. */
export function fieldsFromRaw(raw: readonly string[]): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    fields.push([(raw[at] as string).toLowerCase(), (raw[at + 1] as string).trim()]);
  }
  return fields;
}

/** Of `ServerResponse.getHeaders()`. */
export function fieldsFromOutgoing(headers: OutgoingHttpHeaders): Field[] {
  const fields: Field[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    for (const line of Array.isArray(value) ? value : [value]) fields.push([name.toLowerCase(), String(line)]);
  }
  return fields;
}

/** Optional white space of HTTP (RFC 9110, 5.6.3) at both ends; no pattern, so that long runs cost one pass. */
export function trimSpace(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isSpace(text.charCodeAt(from))) from += 1;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/**
 * Members of a comma-separated list, trimmed, commas inside quoted strings left alone (RFC 9110, 5.6.1). A quote that is
 * never closed quotes nothing: what follows it must not be hidden from a reader who looks for `no-store`.
 */
export function listMembers(text: string): string[] {
  const members: string[] = [];
  const lastQuote = text.lastIndexOf('"');
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"' && at < lastQuote) {
      const end = closingQuote(text, at);
      if (end !== -1) at = end;
      else if (text.indexOf(',', at) === -1) break;
      else return members.concat(text.slice(from).split(',').map(trimSpace));
    } else if (char === ',') {
      members.push(trimSpace(text.slice(from, at)));
      from = at + 1;
    }
  }
  members.push(trimSpace(text.slice(from)));
  return members;
}

function closingQuote(text: string, opening: number): number {
  for (let at = opening + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return -1;
}
