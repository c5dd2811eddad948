/** A UTC month, such as `2026-11`. */
export type BillingMonth = string;

const MONTH = /^(20\d\d)-(0[1-9]|1[0-2])$/;
const NAME = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'long', year: 'numeric' });

export function presentMonth(nowMs = Date.now()): BillingMonth {
  return new Date(nowMs).toISOString().slice(0, 7);
}

/** What a URL asks for, or the present month where that is none, or one that has not begun. */
export function billingMonth(text: string, nowMs = Date.now()): BillingMonth {
  const present = presentMonth(nowMs);
  return MONTH.test(text) && text < present ? text : present;
}

/** The first moments of a month and of the next, in UTC. */
export function monthSpan(month: BillingMonth): { readonly from: Date; readonly until: Date } {
  return { from: new Date(`${month}-01T00:00:00Z`), until: new Date(`${monthAfter(month, 1)}-01T00:00:00Z`) };
}

/** The month that lies so many after this one; before it where `months` is negative. */
export function monthAfter(month: BillingMonth, months: number): BillingMonth {
  const year = Number(month.slice(0, 4));
  const index = Number(month.slice(5, 7)) - 1;
  return new Date(Date.UTC(year, index + months, 1)).toISOString().slice(0, 7);
}

/** `November 2026`. */
export function monthName(month: BillingMonth): string {
  return NAME.format(monthSpan(month).from);
}
