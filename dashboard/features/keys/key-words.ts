import { counted } from '@/components/ui/figures';
import { day } from '@/components/ui/times';
import type { ApiKey } from '@/data/api-key-schema';

const DAY_MS = 86_400_000;
/** A key that ends within this time asks to be rotated. */
export const SOON_MS = 7 * DAY_MS;

export type KeyState = 'live' | 'ending' | 'expired' | 'revoked';

export function keyState({ revokedAt, expiresAt }: Pick<ApiKey, 'revokedAt' | 'expiresAt'>, nowMs: number): KeyState {
  if (revokedAt !== null) return 'revoked';
  if (expiresAt === null) return 'live';
  const leftMs = Date.parse(expiresAt) - nowMs;
  if (leftMs <= 0) return 'expired';
  return leftMs < SOON_MS ? 'ending' : 'live';
}

/** “in 3 days”, “in 5 hours”; at least one of the smaller unit. */
export function inTime(atMs: number, nowMs: number): string {
  const leftMs = atMs - nowMs;
  if (leftMs >= DAY_MS) return `in ${counted(Math.floor(leftMs / DAY_MS), 'day')}`;
  if (leftMs >= 3_600_000) return `in ${counted(Math.floor(leftMs / 3_600_000), 'hour')}`;
  return `in ${counted(Math.max(1, Math.floor(leftMs / 60_000)), 'minute')}`;
}

/** What the state of a key says of it, with its date. */
export function keyStateWords(key: ApiKey, nowMs: number): string {
  const now = new Date(nowMs);
  const state = keyState(key, nowMs);
  if (state === 'revoked') return `Revoked ${day(key.revokedAt ?? nowMs, now)}`;
  if (state === 'expired') return `Expired ${day(key.expiresAt ?? nowMs, now)}`;
  if (state === 'ending') return `Expires ${inTime(Date.parse(key.expiresAt ?? ''), nowMs)}`;
  return key.expiresAt === null ? 'Live, never expires' : `Live until ${day(key.expiresAt, now)}`;
}

export interface KeyCounts {
  /** Keys that open something now. */
  readonly live: number;
  /** Of them, those that end within a week. */
  readonly ending: number;
}

/** Of the keys that are listed, for when all of them cannot be counted. */
export function countsOf(keys: readonly ApiKey[], nowMs: number): KeyCounts {
  const states = keys.map((key) => keyState(key, nowMs));
  const ending = states.filter((state) => state === 'ending').length;
  return { live: ending + states.filter((state) => state === 'live').length, ending };
}

/** “Aster Quant has 3 live keys, one expires within a week”; “You have …” to the tenant itself. */
export function keysHeading(has: string, { live, ending }: KeyCounts, total: number): string {
  if (total === 0) return `${has} no API key yet`;
  if (live === 0) return `${has} no live API key`;
  const keys = `${has} ${counted(live, 'live API key')}`;
  if (ending === 0) return keys;
  if (live === 1) return `${keys}, which expires within a week`;
  return `${keys}, ${ending === 1 ? 'one expires' : `${ending} expire`} within a week`;
}

const SCOPE = /^[a-z][a-z0-9:._-]{0,63}$/;
const MAX_SCOPES = 32;

/** What is wrong with scopes that were typed, by the API's rule; undefined where nothing is. */
export function scopesProblem(scopes: readonly string[]): string | undefined {
  const wrong = scopes.find((scope) => !SCOPE.test(scope));
  if (wrong !== undefined) {
    const shown = wrong.length > 24 ? `${wrong.slice(0, 24)}…` : wrong;
    return `“${shown}” is no scope: it begins with a small letter and has small letters, digits and : . _ - alone, 64 at the most, such as market:read.`;
  }
  return scopes.length > MAX_SCOPES
    ? `A key has ${MAX_SCOPES} scopes at the most. You entered ${scopes.length}.`
    : undefined;
}

/** Words of an application, separated by spaces or commas, each once. */
export function scopesOf(typed: string): string[] {
  return [...new Set(typed.split(/[\s,]+/).filter((scope) => scope !== ''))];
}
