export const MIB = 1_048_576;
const NO_BREAK_SPACE = '\u00a0';

const ONE_DECIMAL = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `1,101.7`: bytes as MiB with one decimal, without the unit, as table cells want it. */
export function mibNumber(bytes: number): string {
  return ONE_DECIMAL.format(bytes / MIB);
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
  return WHOLE.format(value);
}

/** `1 entry`, `41,320 entries`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A ratio from 0 to 1 as `84.1 %`; undefined where there is none, so that no data never reads as 0 %. */
export function percent(ratio: number | null | undefined): string | undefined {
  if (ratio === null || ratio === undefined || !Number.isFinite(ratio)) return undefined;
  return `${ONE_DECIMAL.format(ratio * 100)}${NO_BREAK_SPACE}%`;
}

/** Share of a quota as `110 %`: whole, and 100 % or 0 % only for a use that is exactly that. */
export function shareOfQuota(usedBytes: number, quotaBytes: number): string {
  const exact = (usedBytes / quotaBytes) * 100;
  if (exact > 0 && exact < 0.5) return `<${NO_BREAK_SPACE}1${NO_BREAK_SPACE}%`;
  const rounded = Math.round(exact);
  const share = rounded === 100 && exact !== 100 ? (exact < 100 ? 99 : 101) : rounded;
  return `${WHOLE.format(share)}${NO_BREAK_SPACE}%`;
}
