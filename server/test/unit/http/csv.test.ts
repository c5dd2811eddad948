import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { type Cell, csvLine, sendCsv } from '../../../src/http/csv.js';

describe('a line of CSV', () => {
  it.each([
    ['=1+1', `'=1+1`],
    ['+1+1', `'+1+1`],
    ['-1+1', `'-1+1`],
    ['@SUM(A1)', `'@SUM(A1)`],
    ['\t=1', `'\t=1`],
    ['\n=1', `"'\n=1"`],
    [' =1', `' =1`],
    ['\ufeff=1', `'\ufeff=1`],
    ['＝1+1', `'＝1+1`],
    ['\r=1', `"'\r=1"`],
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
    ['-1', '-1'],
    ['-0.50', '-0.50'],
    ['1=1', '1=1'],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['two\nlines', '"two\nlines"'],
    ['Zürich €', 'Zürich €'],
  ])('%j is %j', (given, written) => {
    expect(csvLine([given])).toBe(`${written}\r\n`);
  });

  it('keeps numbers numbers, and null empty', () => {
    expect(csvLine([0, -5, 1.5, null, '', 9007199254740991])).toBe('0,-5,1.5,,,9007199254740991\r\n');
  });
});

describe('a table', () => {
  const appOf = (rows: () => AsyncIterable<readonly Cell[]>) => {
    const app = express();
    app.get('/t', (_req, res, next) => {
      sendCsv(res, 't.csv', ['a', 'b'], rows()).catch(next);
    });
    app.use(((error, _req, res, _next) => {
      if (res.headersSent) res.destroy();
      else res.status(503).end(String(error));
    }) as express.ErrorRequestHandler);
    return app;
  };

  it('is a download with a header, in UTF-8, also without rows', async () => {
    const { text, headers } = await request(appOf(async function* () {}))
      .get('/t')
      .expect(200);
    expect(text).toBe('a,b\r\n');
    expect(headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    expect(headers['content-disposition']).toBe('attachment; filename="t.csv"');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('that cannot be begun is an error, one that breaks off is no whole answer', async () => {
    const broken = (after: number) =>
      appOf(async function* () {
        for (let row = 0; row < after; row++) yield [row, null];
        throw new Error('away');
      });
    await request(broken(0)).get('/t').expect(503);
    await expect(request(broken(50_000)).get('/t')).rejects.toThrow(/aborted|hang up|ECONNRESET/);
  });

  it('is read no faster than the client takes it, and not at all once it has gone', async () => {
    let made = 0;
    const app = appOf(async function* () {
      for (; made < 1_000_000; made++) yield [made, 'x'.repeat(1_000)];
    });
    const server = app.listen(0);
    try {
      const { port } = server.address() as { port: number };
      const response = await fetch(`http://127.0.0.1:${port}/t`);
      const reader = response.body?.getReader();
      await reader?.read();
      await reader?.cancel();
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    expect(made).toBeLessThan(100_000);
  });
});
