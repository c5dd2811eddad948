import { classNames } from './class-names';

/** Beside other columns a name takes one line, and no more room than most names need; below `sm` it wraps. */
const ONE_LINE = 'block min-w-[8ch] [overflow-wrap:anywhere] max-sm:line-clamp-3 sm:w-max sm:max-w-[300px] sm:truncate';

/** Classes of a name that somebody chose, of up to 200 characters, in a cell of a table. Give it as `title`, too. */
export function nameClass(extra?: string): string {
  return classNames(ONE_LINE, extra);
}
