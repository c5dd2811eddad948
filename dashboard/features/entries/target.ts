import { RESOURCE_PATTERN, type Target } from '@/data/entries-schema';
import { listOf } from './entries-words';

export type Kind = Target['kind'];

/** What is in the form: text as typed. */
export interface TargetEntries {
  readonly kind: Kind;
  readonly resource: string;
  /** Tags, a prefix or keys. */
  readonly text: string;
}

export interface EnteredTarget {
  /** Undefined while something is missing. */
  readonly target: Target | undefined;
  readonly errors: { readonly resource?: string; readonly text?: string };
}

const MAX_TAGS = 512;
const MAX_KEYS = 1_000;

/** What is to be invalidated, or what is wrong with the entries. */
export function enteredTarget({ kind, resource, text }: TargetEntries): EnteredTarget {
  const name = resource.trim();
  const named = RESOURCE_PATTERN.test(name);
  const resourceError = kind === 'tags' || named ? {} : { resource: 'Name the resource, such as portfolio.' };
  if (kind === 'resource') return { target: named ? { kind, resource: name } : undefined, errors: resourceError };
  if (kind === 'prefix') {
    const prefix = text.replace(/\r?\n$/, '');
    if (prefix === '') {
      return {
        target: undefined,
        errors: { ...resourceError, text: 'Say what the keys begin with. For all of them, choose Resource.' },
      };
    }
    return { target: named ? { kind, resource: name, prefix } : undefined, errors: resourceError };
  }
  const most = kind === 'tags' ? MAX_TAGS : MAX_KEYS;
  // A key may hold commas, a list of tags is often written with them.
  const list = kind === 'tags' ? listOf(text) : listOf(text, /\n/);
  if (list.length === 0 || list.length > most) {
    const what = kind === 'tags' ? 'tags' : 'keys';
    const textError = `Give 1 to ${most.toLocaleString('en-US')} ${what}. You entered ${list.length.toLocaleString('en-US')}.`;
    return { target: undefined, errors: { ...resourceError, text: textError } };
  }
  if (kind === 'tags') return { target: { kind, tags: list }, errors: {} };
  return { target: named ? { kind, resource: name, keys: list } : undefined, errors: resourceError };
}
