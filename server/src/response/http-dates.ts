const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const SHORT_DAY = '(?:mon|tue|wed|thu|fri|sat|sun)';
const LONG_DAY = '(?:mon|tues|wednes|thurs|fri|satur|sun)day';
const TIME = '(\\d\\d):(\\d\\d):(\\d\\d)';

/** RFC 9110, 5.6.7; case does not count, every other deviation does: a date that is guessed at can make stale data fresh. */
const IMF_FIXDATE = new RegExp(`^${SHORT_DAY}, (\\d\\d) ([a-z]{3}) (\\d{4}) ${TIME} gmt$`);
const RFC_850 = new RegExp(`^${LONG_DAY}, (\\d\\d)-([a-z]{3})-(\\d\\d) ${TIME} gmt$`);
const ASCTIME = new RegExp(`^${SHORT_DAY} ([a-z]{3}) ( \\d|\\d\\d) ${TIME} (\\d{4})$`);

const LONGEST = 'Wednesday, 18-Aug-50 02:01:18 GMT'.length;

/** Milliseconds since 1970, or nothing for what is no HTTP date. */
export function httpDateMs(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined || text.length > LONGEST) return undefined;
  const lower = text.toLowerCase();
  const fixed = IMF_FIXDATE.exec(lower);
  if (fixed) return instant(Number(fixed[3]), fixed[2], fixed[1], fixed.slice(4));
  const rfc850 = RFC_850.exec(lower);
  if (rfc850) return instant(fullYear(Number(rfc850[3]), nowMs), rfc850[2], rfc850[1], rfc850.slice(4));
  const asctime = ASCTIME.exec(lower);
  return asctime ? instant(Number(asctime[6]), asctime[1], asctime[2], asctime.slice(3, 6)) : undefined;
}

/** The year ending in these digits that is at most 50 years ahead (RFC 9110, 5.6.7). */
function fullYear(digits: number, nowMs: number): number {
  const now = new Date(nowMs).getUTCFullYear();
  const year = now - (now % 100) + digits;
  if (year > now + 50) return year - 100;
  return year <= now - 50 ? year + 100 : year;
}

function instant(year: number, month: string | undefined, day: string | undefined, time: readonly string[]) {
  const index = MONTHS.indexOf(month ?? '');
  const [hour, minute, second] = time.map(Number) as [number, number, number];
  if (index === -1 || hour > 23 || minute > 59 || second > 60) return undefined;
  const ms = Date.UTC(year, index, Number(day), hour, minute, second);
  return new Date(Date.UTC(year, index, Number(day))).getUTCMonth() === index && Number(day) > 0 ? ms : undefined;
}
