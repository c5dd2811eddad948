import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { groupedDecimal, money, roundedDecimal, sumOfDecimals } from '@/components/ui/decimal';
import type { BillLine } from '@/data/statement-schema';
import { addsUp, lineFormula, periodWords, totalFormula } from '@/features/statements/statement-words';

const digitsOf = fc.constantFrom(0, 2, 3, 4);
/** Whole steps of a currency's minor unit, far beyond what a float holds exactly. */
const steps = fc.bigInt({ min: 0n, max: 10n ** 28n });

function decimal(value: bigint, digits: number): string {
  const text = String(value).padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

function line(amount: string, more: Partial<BillLine> = {}): BillLine {
  return {
    item: 'storage',
    unit: 'MB-hour',
    quantity: '1.000000',
    included: '0.000000',
    billable: '1.000000',
    unitPrice: '1',
    amount,
    ...more,
  };
}

describe('money', () => {
  it('is summed exactly, whatever its size and its decimals', () => {
    fc.assert(
      fc.property(fc.array(steps, { minLength: 1, maxLength: 6 }), digitsOf, (amounts, digits) => {
        const sum = amounts.reduce((all, amount) => all + amount, 0n);
        expect(sumOfDecimals(amounts.map((amount) => decimal(amount, digits)))).toBe(decimal(sum, digits));
      }),
    );
  });

  it('keeps each digit when it is written for people', () => {
    fc.assert(
      fc.property(steps, digitsOf, (amount, digits) => {
        const written = money(decimal(amount, digits), 'USD');
        expect(written.replace(/[,\u00a0]|USD/g, '')).toBe(decimal(amount, digits));
        expect(written.split('.')[0]).toMatch(/^\d{1,3}(,\d{3})*(\u00a0USD)?$/);
      }),
    );
  });

  it('adds amounts of different decimals', () => {
    expect(sumOfDecimals(['0.1', '0.2', '3'])).toBe('3.3');
    expect(sumOfDecimals([])).toBe('0');
    expect(() => sumOfDecimals(['1e3'])).toThrow(RangeError);
    expect(groupedDecimal('8000.000000', 0)).toBe('8,000');
  });
});

describe('a bill', () => {
  it('adds up where its lines come to the total, and only there', () => {
    fc.assert(
      fc.property(
        fc.array(steps, { minLength: 1, maxLength: 5 }),
        digitsOf,
        fc.boolean(),
        (amounts, digits, altered) => {
          const sum = amounts.reduce((all, amount) => all + amount, 0n);
          const lines = amounts.map((amount) => line(decimal(amount, digits)));
          expect(addsUp({ lines, total: decimal(altered ? sum + 1n : sum, digits) })).toBe(!altered);
        },
      ),
    );
  });

  it('says how an amount is made with its own numbers', () => {
    const storage = line('15.72', {
      quantity: '4310.343001',
      included: '3000.000000',
      billable: '1310.343001',
      unitPrice: '0.012',
    });
    expect(plain(lineFormula(storage, 'USD'))).toBe('(4,310.343001 − 3,000 included) MB-hours × 0.012 USD = 15.72 USD');
    const within = line('0.00', { quantity: '12.500000', included: '3000.000000', billable: '0.000000' });
    expect(plain(lineFormula(within, 'USD'))).toBe('12.5 MB-hours are within the 3,000 included = 0.00 USD');
    const lines = [line('49.00', { item: 'base' }), line('0.00'), storage];
    expect(plain(totalFormula({ formula: 1, plan: 'x', currency: 'USD', minorDigits: 2, lines, total: '64.72' }))).toBe(
      '49.00 + 15.72 = 64.72 USD',
    );
  });

  it('names the days of its period: one that ends at midnight ended the day before', () => {
    expect(periodWords({ periodStart: '2026-11-01T00:00:00.000Z', periodEnd: '2026-12-01T00:00:00.000Z' })).toBe(
      '1 Nov – 30 Nov 2026',
    );
    expect(periodWords({ periodStart: '2026-12-15T00:00:00.000Z', periodEnd: '2027-01-15T09:00:00.000Z' })).toBe(
      '15 Dec 2026 – 15 Jan 2027',
    );
  });
});

function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

it.each([
  ['1.006661', '1.01'],
  ['1.004999', '1.00'],
  ['0.995', '1.00'],
  ['0', '0.00'],
  ['12.3', '12.30'],
  ['9007199254740993.125', '9007199254740993.13'],
])('%s in two decimals is %s, as the sum above the column is', (decimal, rounded) => {
  expect(roundedDecimal(decimal, 2)).toBe(rounded);
});
