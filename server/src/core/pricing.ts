import { minorDigitsOf } from './currency.js';
import { decimalText, roundedQuotient, scaled } from './decimal.js';

/** Of quantities and included amounts. */
export const QUANTITY_DIGITS = 6;
/** Of prices. */
export const PRICE_DIGITS = 10;

/** 1,048,576 bytes for an hour. */
const BYTE_MS_PER_MB_HOUR = 1_048_576n * 3_600_000n;
const BYTES_PER_GB = 1_073_741_824n;
const MILLION = 1_000_000n;

/**
 * What a plan charges for a period, as decimals in text: included amounts with at most 6 decimals, prices with at most 10.
 * MB and GB are MiB and GiB. `0` is free, and the default of all of them.
 */
export interface PlanPrices {
  readonly basePrice: string;
  readonly includedMbHours: string;
  readonly pricePerMbHour: string;
  /** On top of the price of an MB-hour, for those above the quota. None are included. */
  readonly pricePerOverageMbHour: string;
  /** A whole number. */
  readonly includedRequests: string;
  readonly pricePerMillionRequests: string;
  readonly includedGbServed: string;
  readonly pricePerGbServed: string;
}

export interface PricedPlan {
  readonly name: string;
  /** ISO 4217, three letters. */
  readonly currency: string;
  readonly prices: PlanPrices;
}

/** What is charged for, as a statement has it: whole numbers >= 0, but byte-milliseconds, which are rounded. */
export interface BilledQuantities {
  readonly byteMs: number;
  readonly overageByteMs: number;
  readonly requests: number;
  readonly bytesServed: number;
}

/** Decimals in text. `amount` is `billable` x `unitPrice`, a half rounded up, in the currency's minor unit. */
export interface AmountLine {
  readonly item: 'base' | 'storage' | 'overage' | 'requests' | 'traffic';
  readonly unit: 'period' | 'MB-hour' | 'million requests' | 'GB';
  readonly quantity: string;
  readonly included: string;
  /** `quantity` less `included`, at least 0. */
  readonly billable: string;
  readonly unitPrice: string;
  readonly amount: string;
}

/** The amounts of a statement with the prices they were made from, as of its close. `total` is the sum of the lines. */
export interface Bill {
  /** Of the formula in docs/features/billing.md; another formula has another number. */
  readonly formula: 1;
  readonly plan: string;
  readonly currency: string;
  /** Decimals of the currency's minor unit. */
  readonly minorDigits: number;
  readonly prices: PlanPrices;
  readonly lines: readonly AmountLine[];
  readonly total: string;
}

/** @throws RangeError for prices that are none */
export function billOf(used: BilledQuantities, plan: PricedPlan): Bill {
  const { name, currency, prices } = plan;
  const minorDigits = minorDigitsOf(currency);
  return { formula: 1, plan: name, currency, minorDigits, prices, ...amountsOf(used, prices, minorDigits) };
}

/** Megabyte-hours with 6 decimals. */
export function mbHours(byteMs: number): string {
  return decimalText(quantityOf(byteMs, BYTE_MS_PER_MB_HOUR), QUANTITY_DIGITS);
}

/** @throws RangeError for prices that are none */
export function amountsOf(
  used: BilledQuantities,
  prices: PlanPrices,
  minorDigits: number,
): Pick<Bill, 'lines' | 'total'> {
  const line = (
    item: AmountLine['item'],
    unit: AmountLine['unit'],
    quantity: bigint,
    included: string,
    unitPrice: string,
  ): [bigint, AmountLine] => {
    const free = scaled(included, QUANTITY_DIGITS);
    const billable = quantity > free ? quantity - free : 0n;
    const divisor = 10n ** BigInt(QUANTITY_DIGITS + PRICE_DIGITS - minorDigits);
    const amount = roundedQuotient(billable * scaled(unitPrice, PRICE_DIGITS), divisor);
    return [
      amount,
      {
        item,
        unit,
        quantity: decimalText(quantity, QUANTITY_DIGITS),
        included: decimalText(free, QUANTITY_DIGITS),
        billable: decimalText(billable, QUANTITY_DIGITS),
        unitPrice,
        amount: decimalText(amount, minorDigits),
      },
    ];
  };
  const stored = quantityOf(used.byteMs, BYTE_MS_PER_MB_HOUR);
  const over = quantityOf(used.overageByteMs, BYTE_MS_PER_MB_HOUR);
  const requests = quantityOf(used.requests, MILLION);
  const served = quantityOf(used.bytesServed, BYTES_PER_GB);
  const lines = [
    line('base', 'period', 10n ** BigInt(QUANTITY_DIGITS), '0', prices.basePrice),
    line('storage', 'MB-hour', stored, prices.includedMbHours, prices.pricePerMbHour),
    line('overage', 'MB-hour', over, '0', prices.pricePerOverageMbHour),
    line('requests', 'million requests', requests, millions(prices.includedRequests), prices.pricePerMillionRequests),
    line('traffic', 'GB', served, prices.includedGbServed, prices.pricePerGbServed),
  ];
  const total = lines.reduce((sum, [amount]) => sum + amount, 0n);
  return { lines: lines.map(([, shown]) => shown), total: decimalText(total, minorDigits) };
}

function quantityOf(count: number, perUnit: bigint): bigint {
  return roundedQuotient(BigInt(Math.round(count)) * 10n ** BigInt(QUANTITY_DIGITS), perUnit);
}

function millions(requests: string): string {
  return decimalText(scaled(requests, 0), 6);
}
