import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { minorDigitsOf } from '../../../src/core/currency.js';
import { decimalText, roundedQuotient, scaled } from '../../../src/core/decimal.js';
import {
  type AmountLine,
  type Bill,
  type BilledQuantities,
  billOf,
  mbHours,
  type PlanPrices,
  type PricedPlan,
} from '../../../src/core/pricing.js';
import { verifyStatement } from '../../../src/core/verify-statement.js';

const MB_HOUR = 1_048_576 * 3_600_000;
const GB = 1_073_741_824;

const FREE: PlanPrices = {
  basePrice: '0',
  includedMbHours: '0',
  pricePerMbHour: '0',
  pricePerOverageMbHour: '0',
  includedRequests: '0',
  pricePerMillionRequests: '0',
  includedGbServed: '0',
  pricePerGbServed: '0',
};
const NOTHING: BilledQuantities = { byteMs: 0, overageByteMs: 0, requests: 0, bytesServed: 0 };

const plan = (prices: Partial<PlanPrices>, currency = 'EUR'): PricedPlan => ({
  name: 'Plan',
  currency,
  prices: { ...FREE, ...prices },
});
const amounts = ({ lines }: Bill) => lines.map(({ amount }) => amount);

describe('decimals', () => {
  it('are whole numbers of their last digit, and nothing else is one', () => {
    expect(scaled('12.5', 4)).toBe(125_000n);
    expect(scaled('0', 0)).toBe(0n);
    for (const text of ['', '-1', '1e3', '1.', '.5', ' 1', '1,5', 'NaN', '0x1', '1.23456', '١']) {
      expect(() => scaled(text, 4)).toThrow(RangeError);
    }
  });

  it('read back what they were written as', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 25n }), fc.integer({ min: 0, max: 12 }), (steps, digits) => {
        expect(scaled(decimalText(steps, digits), digits)).toBe(steps);
      }),
    );
  });

  it('round to the nearest, a half up', () => {
    expect([24n, 25n, 26n, 34n, 35n].map((value) => roundedQuotient(value, 10n))).toEqual([2n, 3n, 3n, 3n, 4n]);
    expect(roundedQuotient(1n, 3n)).toBe(0n);
  });
});

it.each([
  ['EUR', 2],
  ['JPY', 0],
  ['KWD', 3],
  ['CLF', 4],
])('the minor unit of %s has %i decimals', (currency, digits) => {
  expect(minorDigitsOf(currency)).toBe(digits);
});

describe('a bill', () => {
  it('charges what is above the included, line by line', () => {
    const bill = billOf(
      { byteMs: 2_500 * MB_HOUR, overageByteMs: 100 * MB_HOUR, requests: 3_456_789, bytesServed: 12.25 * GB },
      plan({
        basePrice: '29.00',
        includedMbHours: '2000',
        pricePerMbHour: '0.0125',
        pricePerOverageMbHour: '0.03',
        includedRequests: '1000000',
        pricePerMillionRequests: '0.40',
        includedGbServed: '10.5',
        pricePerGbServed: '0.09',
      }),
    );
    expect(amounts(bill)).toEqual(['29.00', '6.25', '3.00', '0.98', '0.16']);
    expect(bill.total).toBe('39.39');
    expect(bill.lines[3]).toEqual({
      item: 'requests',
      unit: 'million requests',
      quantity: '3.456789',
      included: '1.000000',
      billable: '2.456789',
      unitPrice: '0.40',
      amount: '0.98',
    });
  });

  it('of a plan without prices is nothing, in the minor unit of its currency', () => {
    const used = { byteMs: 9e15, overageByteMs: 1e15, requests: 1e9, bytesServed: 1e12 };
    expect([billOf(used, plan({})).total, billOf(used, plan({}, 'JPY')).total]).toEqual(['0.00', '0']);
    expect(billOf(used, plan({}, 'KWD')).total).toBe('0.000');
  });

  it('rounds each line at the minor unit, a half up', () => {
    const one = { ...NOTHING, byteMs: MB_HOUR };
    expect(amounts(billOf(one, plan({ pricePerMbHour: '0.005' })))[1]).toBe('0.01');
    expect(amounts(billOf(one, plan({ pricePerMbHour: '0.0049999999' })))[1]).toBe('0.00');
    expect(amounts(billOf(one, plan({ pricePerMbHour: '1.5' }, 'JPY')))[1]).toBe('2');
    // As floats, 1.005 x 100 is 100.49999999999999.
    expect(amounts(billOf(one, plan({ pricePerMbHour: '1.005' })))[1]).toBe('1.01');
  });

  it('is exact where floats are not', () => {
    const used = { ...NOTHING, requests: Number.MAX_SAFE_INTEGER };
    const { lines } = billOf(used, plan({ pricePerMillionRequests: '9999999999.9999999999' }));
    expect(lines[3]).toMatchObject({ quantity: '9007199254.740991', amount: '90071992547409909999.10' });
  });

  it('takes quantities that were metered as floats, at any size', () => {
    expect(mbHours(0.4)).toBe('0.000000');
    expect(mbHours(MB_HOUR * 1.5)).toBe('1.500000');
    expect(mbHours(MB_HOUR * 1e9)).toBe('1000000000.000000');
  });
});

describe('any bill', () => {
  const price = fc.bigInt({ min: 0n, max: 10n ** 14n }).map((steps) => decimalText(steps, 10));
  const included = fc.bigInt({ min: 0n, max: 10n ** 12n }).map((steps) => decimalText(steps, 6));
  const prices: fc.Arbitrary<PlanPrices> = fc.record({
    basePrice: price,
    includedMbHours: included,
    pricePerMbHour: price,
    pricePerOverageMbHour: price,
    includedRequests: fc.bigInt({ min: 0n, max: 10n ** 12n }).map(String),
    pricePerMillionRequests: price,
    includedGbServed: included,
    pricePerGbServed: price,
  });
  const figure = fc.double({ min: 0, max: 1e20, noNaN: true });
  const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
  const used: fc.Arbitrary<BilledQuantities> = fc.record({
    byteMs: figure,
    overageByteMs: figure,
    requests: count,
    bytesServed: count,
  });
  const priced = fc.record({ name: fc.string(), currency: fc.constantFrom('EUR', 'JPY', 'KWD', 'CLF'), prices });
  const NAMES = ['byteMs', 'overageByteMs', 'requests', 'bytesServed'] as const;

  it('has no negative amount, and lines that add up to the total', () => {
    fc.assert(
      fc.property(used, priced, (quantities, someone) => {
        const { lines, total, minorDigits } = billOf(quantities, someone);
        const steps = lines.map(({ amount }) => scaled(amount, minorDigits));
        expect(steps.every((amount) => amount >= 0n)).toBe(true);
        expect(steps.reduce((sum, amount) => sum + amount, 0n)).toBe(scaled(total, minorDigits));
      }),
    );
  });

  it('is within half a minor unit a line of what exact fractions say', () => {
    fc.assert(
      fc.property(used, priced, (quantities, someone) => {
        const { lines, minorDigits } = billOf(quantities, someone);
        for (const { billable, unitPrice, amount } of lines) {
          const exact = scaled(billable, 6) * scaled(unitPrice, 10);
          const stated = scaled(amount, minorDigits) * 10n ** BigInt(16 - minorDigits);
          const half = 10n ** BigInt(16 - minorDigits) / 2n;
          expect(stated - exact <= half && exact - stated < half + 1n).toBe(true);
        }
      }),
    );
  });

  it('grows with each quantity, or stays', () => {
    fc.assert(
      fc.property(used, priced, fc.constantFrom(...NAMES), count, (less, someone, name, more) => {
        const grown = { ...less, [name]: Math.min(less[name] + more, Number.MAX_SAFE_INTEGER + more) };
        if (grown[name] < less[name]) return;
        const [before, after] = [less, grown].map((each) => billOf(each, someone)) as [Bill, Bill];
        for (const [index, line] of after.lines.entries()) {
          const was = scaled((before.lines[index] as typeof line).amount, before.minorDigits);
          expect(scaled(line.amount, after.minorDigits) >= was).toBe(true);
        }
      }),
    );
  });

  it('is made again from what it holds, and one step of any figure in it is noticed', () => {
    fc.assert(
      fc.property(used, priced, fc.integer({ min: 0, max: 4 }), (quantities, someone, index) => {
        const bill: Bill = JSON.parse(JSON.stringify(billOf(quantities, someone)));
        expect(verifyStatement({ ...quantities, bill })).toEqual([]);
        const raised = (text: string) => decimalText(scaled(text, bill.minorDigits) + 1n, bill.minorDigits);
        expect(verifyStatement({ ...quantities, bill: { ...bill, total: raised(bill.total) } })).toHaveLength(1);
        const lines = bill.lines.map((line, at) => (at === index ? { ...line, amount: raised(line.amount) } : line));
        expect(verifyStatement({ ...quantities, bill: { ...bill, lines } })).toHaveLength(1);
      }),
    );
  });
});

describe('verifying', () => {
  const prices = { basePrice: '29', includedRequests: '100', pricePerMbHour: '0.0125', pricePerGbServed: '0.09' };
  const figures = { byteMs: 2.5 * MB_HOUR, overageByteMs: 0, requests: 12_345, bytesServed: GB };
  const bill = billOf(figures, plan(prices));
  const [base, storage, ...rest] = bill.lines as [AmountLine, AmountLine, ...AmountLine[]];
  const altered = (change: object) => verifyStatement({ ...figures, bill: { ...bill, ...change } });

  it.each<[string, object, RegExp]>([
    ['another currency', { currency: 'JPY' }, /minorDigits is 2, should be 0 for JPY/],
    ['other minor digits', { minorDigits: 3 }, /minorDigits is 3, should be 2 for EUR/],
    ['no currency', { currency: 'euro' }, /currency is euro/],
    ['no plan', { plan: undefined }, /plan is missing/],
    ['a figure of another name', { discount: '1.00' }, /bill.discount is not known here/],
    [
      'a price of another name',
      { prices: { ...bill.prices, pricePerWrite: '1' } },
      /prices.pricePerWrite is not known/,
    ],
    ['a price that is missing', { prices: { ...bill.prices, basePrice: undefined } }, /prices.basePrice is missing/],
    ['a negative price', { prices: { ...bill.prices, basePrice: '-29' } }, /prices.basePrice is -29/],
    ['a price that is no decimal', { prices: { ...bill.prices, basePrice: '1e3' } }, /prices.basePrice is 1e3/],
    ['a price that is a number', { prices: { ...bill.prices, basePrice: 29 } }, /prices.basePrice is 29/],
    ['another price', { prices: { ...bill.prices, basePrice: '28' } }, /base.unitPrice is 29, should be 28/],
    ['no prices', { prices: null }, /prices is missing/],
    ['a line that is missing', { lines: bill.lines.slice(0, -1) }, /4 lines, should be 5/],
    ['a line too many', { lines: [...bill.lines, base] }, /6 lines, should be 5/],
    ['lines in another order', { lines: [storage, base, ...rest] }, /base.item is storage, should be base/],
    [
      'a line of another name',
      { lines: [base, { ...storage, item: 'bandwidth' }, ...rest] },
      /storage.item is bandwidth/,
    ],
    ['another quantity', { lines: [base, { ...storage, quantity: '-2.5' }, ...rest] }, /storage.quantity is -2.5/],
    ['more in a line', { lines: [base, { ...storage, discount: '1' }, ...rest] }, /storage.discount is not known here/],
    ['a line that is none', { lines: [base, null, ...rest] }, /line storage is missing/],
    ['no lines', { lines: {} }, /lines is an object/],
    ['another total', { total: '1.00' }, /total is 1.00, should be/],
    ['another formula', { formula: 2 }, /formula 2 is not known here/],
  ])('finds %s', (_, change, found) => {
    expect(altered({})).toEqual([]);
    expect(altered(change).join('; ')).toMatch(found);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '5', null, undefined])('finds figures of %p', (figure) => {
    for (const name of Object.keys(figures)) {
      expect(verifyStatement({ ...figures, bill, [name]: figure })).toMatchObject([
        expect.stringContaining(`${name} is`),
      ]);
    }
    expect(verifyStatement({ ...figures, requests: 0.5, bill })).toEqual([
      'requests is 0.5, should be a whole number >= 0',
    ]);
  });

  it('finds a bill that is missing, but of a statement that was closed before there were prices', () => {
    const closedAt = '2026-02-01T00:00:30.000Z';
    const pricedFromMs = Date.parse(closedAt) + 1;
    const statement = { ...figures, bill: null, closedAt };
    expect(verifyStatement(statement)).toEqual(['no bill']);
    expect(verifyStatement(statement, { pricedFromMs })).toEqual([]);
    expect(verifyStatement(statement, { pricedFromMs: pricedFromMs - 1 })).toEqual(['no bill']);
    expect(verifyStatement({ ...statement, closedAt: undefined }, { pricedFromMs })).toEqual(['no bill']);
    expect(verifyStatement({ ...statement, requests: -1 }, { pricedFromMs })).toHaveLength(1);
  });

  it('finds something in anything that is no statement, and throws nothing', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.constantFrom(...Object.keys(bill)), (anything, other, field) => {
        expect(verifyStatement(anything)).not.toEqual([]);
        expect(verifyStatement({ ...figures, bill: anything })).not.toEqual([]);
        altered({ [field]: anything });
        altered({ lines: [anything, other, ...rest] });
        altered({ prices: { ...bill.prices, basePrice: anything, includedRequests: other } });
      }),
    );
  });
});
