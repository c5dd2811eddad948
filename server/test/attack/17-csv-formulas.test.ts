import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { csvLine } from '../../src/http/csv.js';
import { AdminApp, bearer } from '../unit/http/admin-app.js';

/** What a spreadsheet calculates, what it skips in front of it, and what ends a cell or a line early. */
const FORMULAS = [
  ...['=1+1', '+1+1', '-1+1', '@SUM(A1)', '=cmd|"/c calc"!A1', '|cmd', '＝1+1', '＋1', '－1', '＠x'],
  ...[' =1', '\t=1', '\r=1', '\n=1', '\u00a0=1', '\u200b=1', '\ufeff=1', '\u2060=1', '\u00ad=1', '\u202e=1'],
  ...['=HYPERLINK("http://evil.example","x")', '="1', '"=1', "=1','=2", '\u0000=1'],
];

/** Cells as RFC 4180 reads them. */
function parse(line: string): string[] {
  const cells: string[] = [];
  for (const [, quoted, plain] of line.replace(/\r\n$/, '').matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
    cells.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
  }
  return cells;
}

describe('attack 17: formulas in the CSV of the API', () => {
  it.each(FORMULAS)('%j is a text, and one cell', (text) => {
    const cells = parse(csvLine(['before', text, 1]));
    expect(cells).toHaveLength(3);
    expect(cells[1]).toBe(text.startsWith('"') ? text : `'${text}`);
  });

  it('a semicolon, at which some spreadsheets split even inside quotes, begins no formula either', () => {
    expect(csvLine(['a;=1+1'])).toBe("a;'=1+1\r\n");
    expect(csvLine(['a; =1;\u2060+1;b'])).toBe("a;' =1;'\u2060+1;b\r\n");
    expect(csvLine(['x,y;=1'])).toBe(`"x,y;'=1"\r\n`);
  });

  it('figures stay figures, and harmless texts stay as they are', () => {
    expect(csvLine([-1.5, '-1.5', 0, null, 'Pro plan', 'a-b', '2026-11-01T00:00:00.000Z', 'a;b'])).toBe(
      '-1.5,-1.5,0,,Pro plan,a-b,2026-11-01T00:00:00.000Z,a;b\r\n',
    );
  });
});

describe('attack 17: script in what the API answers', () => {
  it('a name with a script in it is JSON, which no browser reads as a page', async () => {
    const { app } = new AdminApp();
    for (const path of ['/tenants', '/tenants/blue', '/tenants?search=%3Cscript%3E']) {
      const { headers, body } = await request(app).get(`/admin${path}`).set(bearer('admin')).expect(200);
      expect(headers['content-type']).toMatch(/^application\/json(; charset=utf-8)?$/);
      expect(JSON.stringify(body)).toContain('<script>');
    }
  });

  it.each([
    '/admin/<script>alert(1)</script>',
    '/admin/tenants/<img src=x onerror=alert(1)>',
    '/admin/tenants?sort=<svg onload=alert(1)>',
    '/admin/tenants?<script>=1',
    '/admin/audit?tenant="><script>alert(1)</script>',
  ])('%s comes back as a problem, never as HTML', async (path) => {
    const { headers, text, status } = await request(new AdminApp().app).get(encodeURI(path)).set(bearer('admin'));
    expect([400, 404]).toContain(status);
    expect(headers['content-type']).toContain('application/problem+json');
    if (!path.includes('?<')) expect(text).not.toContain('<');
  });
});
