import { createHash } from 'node:crypto';
import { fail } from '../core/errors.js';

/**
 * A place in a walk. `at` is what the script takes and gives: run id of the server and position of its scan, empty for the
 * beginning. Of the step that begins there, one of the two says what earlier pages have given.
 */
export interface EntryCursor {
  readonly at: string;
  /** The step was the whole index: members up to this one are given. */
  readonly after?: string | undefined;
  /** Digests of the members that are given. */
  readonly given?: ReadonlySet<string> | undefined;
}

const CURSOR = /^([0-9a-f]{1,64} (\d{1,20}))(?: ([<=])([\w-]+))?$/;
const MAX_POSITION = 2n ** 64n - 1n;
const DIGEST_BYTES = 9;
const DIGEST_CHARACTERS = 12;
/** The run id of no server, so that it is the beginning everywhere. */
const BEGINNING = '0 0';

/** @throws TenantCacheError `REQUEST_INVALID` for text that is no cursor */
export function entryCursor(text: string): EntryCursor {
  if (text === '') return { at: '' };
  const [, place = '', position = '', kind, rest = ''] = CURSOR.exec(text) ?? [];
  if (place === '' || BigInt(position) > MAX_POSITION) throw refused();
  const at = place === BEGINNING ? '' : place;
  if (kind === undefined) return { at };
  if (kind === '<') return { at, after: Buffer.from(rest, 'base64url').toString() };
  if (rest.length % DIGEST_CHARACTERS > 0) throw refused();
  return { at, given: new Set(rest.match(/.{12}/g)) };
}

export function cursorText({ at, after, given }: EntryCursor): string {
  const place = at === '' ? BEGINNING : at;
  if (after !== undefined) return `${place} <${Buffer.from(after).toString('base64url')}`;
  return given === undefined ? place : `${place} =${[...given].join('')}`;
}

/** 72 bits: two of some dozen members that share one are not met with. */
export function digestOf(member: string): string {
  return createHash('sha256').update(member).digest().subarray(0, DIGEST_BYTES).toString('base64url');
}

function refused() {
  return fail('REQUEST_INVALID', { given: 'a cursor of another kind', allowed: 'the `next` of the page before' });
}
