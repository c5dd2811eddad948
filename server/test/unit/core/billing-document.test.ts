import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { billOf, mbHours } from '../../../src/core/pricing.js';
import { verifyStatement } from '../../../src/core/verify-statement.js';

const page = readFileSync(new URL('../../../../docs/features/billing.md', import.meta.url), 'utf8');
const [plan, figures, bill] = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text]) => JSON.parse(text ?? ''));

it('the worked example of the document is what is charged', () => {
  expect(billOf(figures, plan)).toEqual(bill);
  expect(verifyStatement({ ...figures, bill })).toEqual([]);
  expect(page).toContain(`= **${mbHours(figures.byteMs)} MB-hours**`);
  for (const { amount } of bill.lines) expect(page).toMatch(new RegExp(`\\| +${amount} +\\|`));
  expect(page).toMatch(new RegExp(`\\| +\\*\\*${bill.total}\\*\\* +\\|`));
});
