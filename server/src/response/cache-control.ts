import { type Field, fieldValue, listMembers, trimSpace } from './fields.js';

/** Directives by name in lower case, each with its arguments in order; `''` stands for none. */
export type Directives = ReadonlyMap<string, readonly string[]>;

/** 2^31 s: what a number that does not fit stands for (RFC 9111, 1.2.2). */
export const MAX_SECONDS = 2_147_483_648;

export const NO_DIRECTIVES: Directives = new Map();

/** RFC 9111, 5.2: names in any case, arguments as tokens or quoted strings. */
export function parseDirectives(value: string | undefined): Directives {
  if (value === undefined || value === '') return NO_DIRECTIVES;
  const directives = new Map<string, string[]>();
  for (const member of listMembers(value)) {
    if (member === '') continue;
    const equals = member.indexOf('=');
    const name = trimSpace(equals === -1 ? member : member.slice(0, equals)).toLowerCase();
    const argument = equals === -1 ? '' : argumentOf(member, equals);
    const present = directives.get(name);
    if (present === undefined) directives.set(name, [argument]);
    else present.push(argument);
  }
  return directives;
}

export function cacheControl(fields: readonly Field[]): Directives {
  return parseDirectives(fieldValue(fields, 'cache-control'));
}

/**
 * Seconds of a directive. Of several the smallest counts, and one that is no number counts as 0: freshness that cannot be
 * read is stale (RFC 9111, 4.2.1).
 */
export function seconds(directives: Directives, name: string): number | undefined {
  const given = directives.get(name);
  if (given === undefined) return undefined;
  return Math.min(...given.slice(0, 16).map((text) => deltaSeconds(text) ?? 0));
}

/** RFC 9111, 1.2.2: digits only, in reach of the maximum. */
export function deltaSeconds(text: string): number | undefined {
  if (text === '') return undefined;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x30 || code > 0x39) return undefined;
  }
  return Math.min(Number(text), MAX_SECONDS);
}

/** Whether the directive stands there for the whole response, not for some of its fields only (RFC 9111, 5.2.2.4). */
export function isUnqualified(directives: Directives, name: string): boolean {
  return directives.get(name)?.some((argument) => !argument.startsWith('"')) ?? false;
}

/** Names of the fields that `no-cache="…"` keeps from being stored. */
export function qualifiedFields(directives: Directives, name: string): string[] {
  const quoted = directives.get(name)?.filter((argument) => argument.startsWith('"')) ?? [];
  return quoted.flatMap((argument) =>
    unquoted(argument)
      .split(',')
      .map((field) => trimSpace(field).toLowerCase()),
  );
}

/** Lists of names stay quoted, so that they are told from tokens; a quoted number is a number (RFC 9111, 5.2). */
function argumentOf(member: string, equals: number): string {
  const text = member.slice(equals + 1);
  // A space beside the equals sign is no syntax of the field: kept, so that it reads as no number.
  const spaced = member[equals - 1] === ' ' ? ` ${text}` : text;
  const inner = unquoted(spaced);
  return deltaSeconds(inner) === undefined ? spaced : inner;
}

function unquoted(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}
