import { describe, expect, it } from '@jest/globals';
import { csv, csvCell } from '@/components/ui/csv-text';
import { csvResponse } from '@/data/csv';

describe('csvCell', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', ' =1', '|cmd', '＝1', '＠x', '\u200b=1', '\0=1'])(
    'makes text of %j, which a spreadsheet would run',
    (text) => {
      expect(csvCell(text).replace(/^"/, '')).toMatch(/^'/);
    },
  );

  it('breaks a formula behind a semicolon, at which some spreadsheets split even inside quotes', () => {
    expect(csvCell('a;=1+1')).toBe(`"a;'=1+1"`);
    expect(csvCell('a; =1+1;b')).toBe(`"a;' =1+1;b"`);
  });

  it('leaves numbers as they are, negative ones too', () => {
    expect(csvCell(-12.5)).toBe('-12.5');
    expect(csvCell(0)).toBe('0');
  });

  it('leaves ordinary text, ids and times alone', () => {
    for (const text of ['Marlow & Finch', 'org_ibex', '2026-11-20T14:32:10Z', "'quoted'", '']) {
      expect(csvCell(text)).toBe(text);
    }
  });

  it('quotes commas, quotes and line ends, also behind an apostrophe', () => {
    expect(csvCell('a,b')).toBe('"a,b"');
    expect(csvCell('say "hi"')).toBe('"say ""hi"""');
    expect(csvCell('two\nlines')).toBe('"two\nlines"');
    expect(csvCell('=HYPERLINK("http://x","y")')).toBe('"\'=HYPERLINK(""http://x"",""y"")"');
  });

  it('is empty for what is not known, not 0', () => {
    expect(csvCell(null)).toBe('');
    expect(csvCell(undefined)).toBe('');
  });
});

describe('csv', () => {
  it('has a byte order mark, a head and CRLF line ends', () => {
    expect(
      csv(
        ['a', 'b'],
        [
          [1, 'x'],
          [null, true],
        ],
      ),
    ).toBe('\uFEFFa,b\r\n1,x\r\n,true\r\n');
  });

  it('is a download that no cache keeps', () => {
    const { headers } = csvResponse('tenants', '');
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="tenants-\d{4}-\d\d-\d\d\.csv"$/);
    expect(headers.get('cache-control')).toBe('private, no-store');
  });
});
