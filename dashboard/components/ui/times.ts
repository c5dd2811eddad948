const part = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', hourCycle: 'h23', ...options });

const CLOCK = part({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = part({ day: 'numeric', month: 'short' });
const DAY_YEAR = part({ day: 'numeric', month: 'short', year: 'numeric' });

/** `14:32:10`, always UTC; the head of the column or the sentence names the zone. */
export function clock(at: Date | string | number): string {
  return CLOCK.format(new Date(at));
}

/** `20 Nov`, with the year where it is not the present one. */
export function day(at: Date | string | number, now: Date = new Date()): string {
  const date = new Date(at);
  return (date.getUTCFullYear() === now.getUTCFullYear() ? DAY : DAY_YEAR).format(date);
}

/** `14:32` for a moment of today, else `20 Nov 14:32`. */
export function moment(at: Date | string | number, now: Date = new Date()): string {
  const date = new Date(at);
  const today = date.toISOString().slice(0, 10) === now.toISOString().slice(0, 10);
  return today ? clock(date).slice(0, 5) : `${day(date, now)} ${clock(date).slice(0, 5)}`;
}
