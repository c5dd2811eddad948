import { minorDigitsOf } from './currency.js';
import { scaled } from './decimal.js';
import { amountsOf, type BilledQuantities, type PlanPrices, PRICE_DIGITS, QUANTITY_DIGITS } from './pricing.js';

type Fields = Readonly<Record<string, unknown>>;

/** Whether a part of a quantity may be in it. */
const FIGURES: Readonly<Record<keyof BilledQuantities, boolean>> = {
  byteMs: true,
  overageByteMs: true,
  requests: false,
  bytesServed: false,
};
/** How many decimals they may have. */
const PRICES: Readonly<Record<keyof PlanPrices, number>> = {
  basePrice: PRICE_DIGITS,
  includedMbHours: QUANTITY_DIGITS,
  pricePerMbHour: PRICE_DIGITS,
  pricePerOverageMbHour: PRICE_DIGITS,
  includedRequests: 0,
  pricePerMillionRequests: PRICE_DIGITS,
  includedGbServed: QUANTITY_DIGITS,
  pricePerGbServed: PRICE_DIGITS,
};
const IN_A_BILL = ['formula', 'plan', 'currency', 'minorDigits', 'prices', 'lines', 'total'];

/**
 * Makes the amounts of a statement again from its figures and the prices that it holds.
 * @param options.pricedFromMs statements that were closed before then need no bill (ms since 1970); default: all need one
 * @returns what is not as it should be, each in a sentence; nothing where all is. Bad input is found, not thrown. Another
 * currency of as many decimals is not found: no amount depends on it
 */
export function verifyStatement(statement: unknown, options: { readonly pricedFromMs?: number } = {}): string[] {
  if (!isFields(statement)) return ['not a statement'];
  const { bill, closedAt } = statement;
  const wrong = wrongFigures(statement);
  if (bill === null || bill === undefined) {
    const closedMs = typeof closedAt === 'string' ? Date.parse(closedAt) : Number.NaN;
    return closedMs < (options.pricedFromMs ?? Number.NEGATIVE_INFINITY) ? wrong : [...wrong, 'no bill'];
  }
  if (!isFields(bill)) return [...wrong, `bill is ${shown(bill)}`];
  if (bill.formula !== 1) return [...wrong, `formula ${shown(bill.formula)} is not known here`];
  wrong.push(...wrongTerms(bill), ...wrongPrices(bill.prices));
  if (!Array.isArray(bill.lines)) wrong.push(`lines is ${shown(bill.lines)}`);
  // The amounts of what is not a statement are nobody's.
  return wrong.length > 0 ? wrong : wrongAmounts(statement as unknown as Verifiable);
}

/** What was looked at so far; its lines may still be anything. */
interface Verifiable extends BilledQuantities {
  readonly bill: {
    readonly minorDigits: number;
    readonly prices: PlanPrices;
    readonly lines: readonly unknown[];
    readonly total: unknown;
  };
}

function wrongFigures(statement: Fields): string[] {
  return Object.entries(FIGURES).flatMap(([name, parts]) => {
    const figure = statement[name];
    if (typeof figure === 'number' && figure >= 0 && (parts ? Number.isFinite(figure) : Number.isInteger(figure)))
      return [];
    return [`${name} is ${shown(figure)}, should be a ${parts ? '' : 'whole '}number >= 0`];
  });
}

function wrongTerms(bill: Fields): string[] {
  const { plan, currency, minorDigits } = bill;
  const wrong = unknownNames('bill', bill, IN_A_BILL);
  if (typeof plan !== 'string') wrong.push(`plan is ${shown(plan)}`);
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) {
    return [...wrong, `currency is ${shown(currency)}, should be three letters of ISO 4217`];
  }
  const digits = minorDigitsOf(currency);
  if (minorDigits !== digits) wrong.push(`minorDigits is ${shown(minorDigits)}, should be ${digits} for ${currency}`);
  return wrong;
}

function wrongPrices(prices: unknown): string[] {
  if (!isFields(prices)) return [`prices is ${shown(prices)}`];
  const wrong = unknownNames('prices', prices, Object.keys(PRICES));
  for (const [name, digits] of Object.entries(PRICES)) {
    const price = prices[name];
    if (isDecimal(price, digits)) continue;
    wrong.push(`prices.${name} is ${shown(price)}, should be a decimal >= 0 of at most ${digits} decimals`);
  }
  return wrong;
}

function wrongAmounts({ bill, ...used }: Verifiable): string[] {
  const { lines, total } = amountsOf(used, bill.prices, bill.minorDigits);
  const wrong = lines.flatMap((line, index) => {
    const stated = bill.lines[index];
    if (!isFields(stated)) return [`line ${line.item} is ${shown(stated)}`];
    const others = Object.entries(line)
      .filter(([field, value]) => stated[field] !== value)
      .map(([field, value]) => `${line.item}.${field} is ${shown(stated[field])}, should be ${value}`);
    return [...others, ...unknownNames(line.item, stated, Object.keys(line))];
  });
  if (bill.lines.length !== lines.length) wrong.push(`${bill.lines.length} lines, should be ${lines.length}`);
  if (bill.total !== total) wrong.push(`total is ${shown(bill.total)}, should be ${total}`);
  return wrong;
}

function unknownNames(of: string, fields: Fields, known: readonly string[]): string[] {
  return Object.keys(fields)
    .filter((name) => !known.includes(name))
    .map((name) => `${of}.${shown(name)} is not known here`);
}

function isDecimal(text: unknown, digits: number): boolean {
  if (typeof text !== 'string') return false;
  try {
    scaled(text, digits);
    return true;
  } catch {
    return false;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of what may be anything, in few characters. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return 'missing';
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' ? 'an object' : String(value).slice(0, 40);
}
