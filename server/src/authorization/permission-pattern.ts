import { isAction, isObject } from '../core/authorization.js';

const EVERYTHING = '*';

/** `*`, `portfolio:*` or a whole action. */
export function isActionPattern(pattern: unknown): pattern is string {
  if (typeof pattern !== 'string') return false;
  return pattern === EVERYTHING || isAction(pattern.endsWith(':*') ? pattern.slice(0, -2) : pattern);
}

/** `portfolio/42/*` or a whole object. */
export function isObjectPattern(pattern: unknown): pattern is string {
  return typeof pattern === 'string' && isObject(pattern.endsWith('/*') ? pattern.slice(0, -2) : pattern);
}

/** What a pattern is found by: itself, or without its star. No name ends in a colon or a slash, so none is taken for one. */
export function stemOf(pattern: string): string {
  return pattern.endsWith('*') ? pattern.slice(0, -1) : pattern;
}
