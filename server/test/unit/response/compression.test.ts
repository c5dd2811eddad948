import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import compression from 'compression';
import express, { type Express } from 'express';
import express4 from 'express4';
import { closeResponseApps, type Reply, responseApp } from './response-app.js';

afterEach(closeResponseApps);

const BODY = 'a line that is worth its compression. '.repeat(200);
const ENCODINGS = ['gzip', 'identity', 'br', undefined, 'gzip;q=0'] as const;

function plain({ body, headers }: Reply): string {
  const encoding = headers['content-encoding'];
  if (encoding === 'gzip') return gunzipSync(body).toString();
  return encoding === 'br' ? brotliDecompressSync(body).toString() : body.toString();
}

const frameworks = [
  ['5', express],
  ['4', express4 as unknown as typeof express],
] as const;
const sides = ['before', 'after', 'both', 'none'] as const;
const handlers = ['send', 'pieces'] as const;

describe.each(
  frameworks.flatMap(([version, framework]) =>
    sides.flatMap((side) => handlers.map((how) => ({ version, framework, side, how }))),
  ),
)('a compression middleware $side on Express $version, with $how', ({ framework, side, how }) => {
  it('and clients of every kind get the right body, on a miss and on a hit', async () => {
    let runs = 0;
    const { get, reports } = await responseApp(
      (app: Express, response) => {
        if (side === 'before' || side === 'both') app.use(compression());
        const after = side === 'after' || side === 'both' ? [compression()] : [];
        app.get('/r', response({ ttl: '1m' }), ...after, (_req, res) => {
          runs++;
          res.type('text/plain');
          if (how === 'send') res.set('ETag', '"v1"').send(BODY);
          else {
            res.write(BODY.slice(0, 100));
            res.write(Buffer.from(BODY.slice(100, 5_000)));
            res.end(BODY.slice(5_000));
          }
        });
      },
      { framework },
    );
    const firstOf = new Map<unknown, Reply>();
    for (const round of ['miss', 'hit', 'again']) {
      for (const encoding of ENCODINGS) {
        const reply = await get('/r', encoding === undefined ? {} : { 'accept-encoding': encoding });
        const accepts = encoding === 'gzip' || encoding === 'br' ? [encoding] : [undefined];
        expect([round, encoding, reply.status, plain(reply)]).toEqual([round, encoding, 200, BODY]);
        if (side === 'none') expect(reply.headers['content-encoding']).toBeUndefined();
        else expect(accepts).toContain(reply.headers['content-encoding']);
        if (side !== 'none') expect(reply.headers.vary).toBe('Accept-Encoding');
        if (reply.headers['content-length']) expect(Number(reply.headers['content-length'])).toBe(reply.body.length);
        if (how === 'send') expect(reply.headers.etag).toBe('"v1"');
        if (round !== 'miss') expect(reply.cacheStatus).toMatch(/^hit/);
        const first = firstOf.get(encoding);
        if (first && round === 'again') expect(reply.headers.etag).toBe(first.headers.etag);
        if (round === 'hit') firstOf.set(encoding, reply);
      }
    }
    expect(reports).toEqual([]);
    const kinds = side === 'before' || side === 'none' ? 1 : ENCODINGS.length;
    expect(runs).toBe(kinds);
  });

  it('and a range is never cut out of something else', async () => {
    const { get } = await responseApp(
      (app: Express, response) => {
        if (side === 'before' || side === 'both') app.use(compression({ threshold: 0 }));
        const after = side === 'after' || side === 'both' ? [compression({ threshold: 0 })] : [];
        app.get('/r', response({ ttl: '1m' }), ...after, (_req, res) => res.type('text/plain').send(BODY));
      },
      { framework },
    );
    await get('/r', { 'accept-encoding': 'gzip' });
    const whole = await get('/r', { 'accept-encoding': 'gzip' });
    const part = await get('/r', { 'accept-encoding': 'gzip', range: 'bytes=10-19' });
    if (part.status === 206) expect(part.body).toEqual(whole.body.subarray(10, 20));
    else expect(plain(part)).toBe(BODY);
  });
});
