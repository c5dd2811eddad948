import { NO_BREAK_SPACE, number } from '@/components/ui/number';

/** “< 1 s”, “12 s”, “9 min”, “2 h”, “3 days”: how old something is, in the greatest whole unit. */
export function ageWords(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const withUnit = (value: number, unit: string) => `${number(value)}${NO_BREAK_SPACE}${unit}`;
  if (seconds < 1) return `<${NO_BREAK_SPACE}1${NO_BREAK_SPACE}s`;
  if (seconds < 60) return withUnit(seconds, 's');
  if (seconds < 3_600) return withUnit(Math.floor(seconds / 60), 'min');
  if (seconds < 172_800) return withUnit(Math.floor(seconds / 3_600), 'h');
  return withUnit(Math.floor(seconds / 86_400), 'days');
}
