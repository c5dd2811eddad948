import { NO_BREAK_SPACE, number } from './number';

export const MIB = 1_048_576;

/** `1,101.7`: bytes as MiB with one decimal, without the unit, as table cells want it. */
export function mibNumber(bytes: number): string {
  return number(bytes / MIB, 1);
}

/** `1,101.7 MiB` with a no-break space. */
export function mib(bytes: number): string {
  return `${mibNumber(bytes)}${NO_BREAK_SPACE}MiB`;
}

/** `512 MiB`, `403.2 MiB`: without decimals where they are whole, as limits are. */
export function limitMib(bytes: number): string {
  return bytes % MIB === 0 ? `${count(bytes / MIB)}${NO_BREAK_SPACE}MiB` : mib(bytes);
}

/** `41,320`. */
export function count(value: number): string {
  return number(value);
}

/** `1 entry`, `41,320 entries`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A ratio from 0 to 1 as `84.1 %`; undefined where there is none, so that no data never reads as 0 %. */
export function percent(ratio: number | null | undefined): string | undefined {
  if (ratio === null || ratio === undefined || !Number.isFinite(ratio)) return undefined;
  return `${number(ratio * 100, 1)}${NO_BREAK_SPACE}%`;
}

/** Share of a quota as `110 %`: whole, and 100 % or 0 % only for a use that is exactly that. */
export function shareOfQuota(usedBytes: number, quotaBytes: number): string {
  const exact = (usedBytes / quotaBytes) * 100;
  if (exact > 0 && exact < 0.5) return `<${NO_BREAK_SPACE}1${NO_BREAK_SPACE}%`;
  const rounded = Math.round(exact);
  const share = rounded === 100 && exact !== 100 ? (exact < 100 ? 99 : 101) : rounded;
  return `${number(share)}${NO_BREAK_SPACE}%`;
}
