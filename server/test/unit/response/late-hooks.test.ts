import { afterEach, describe, expect, it } from '@jest/globals';
import compression from 'compression';
import express, { type RequestHandler } from 'express';
import express4 from 'express4';
import onHeaders from 'on-headers';
import { closeResponseApps, responseApp } from './response-app.js';
import { until } from './until.js';

afterEach(closeResponseApps);

/** As express-session and cookie-session do: the cookie of a new session is set when the head goes out. */
function session(fields: Record<string, string> = {}): RequestHandler {
  let sessions = 0;
  return (req, res, next) => {
    if (req.headers.cookie) res.locals.sid = req.headers.cookie;
    else {
      const sid = `sid=${++sessions}`;
      res.locals.sid = sid;
      onHeaders(res, () => {
        res.setHeader('Set-Cookie', sid);
        for (const [name, value] of Object.entries(fields)) res.setHeader(name, value);
      });
    }
    next();
  };
}

const form: RequestHandler = (_req, res) =>
  void res.set('Cache-Control', 'max-age=60').set('ETag', '"form"').send(`token of ${res.locals.sid}`);

describe.each([
  ['5', express],
  ['4', express4 as unknown as typeof express],
])('what earlier middlewares say when the head goes out, on Express %s', (_version, framework) => {
  it.each([
    ['with a ttl', { ttl: '1m' as const }],
    ['by RFC 9111', {}],
  ])('a new session\u2019s answer is its own, %s', async (_name, options) => {
    const { get } = await responseApp((app, response) => app.use(session()).get('/form', response(options), form), {
      framework,
    });
    const replies = [await get('/form'), await get('/form'), await get('/form')];
    const told = replies.map(({ text, headers }) => [text, headers['set-cookie']]);
    expect(told).toEqual([1, 2, 3].map((n) => [`token of sid=${n}`, [`sid=${n}`]]));
  });

  it('so is that of those who wait for it', async () => {
    let asked = 0;
    const { get } = await responseApp(
      (app, response) =>
        app.use(session()).get(
          '/form',
          (_req, _res, next) => {
            asked++;
            next();
          },
          response({ ttl: '1m' }),
          async (req, res, next) => {
            await until(() => asked >= 8);
            form(req, res, next);
          },
        ),
      { framework },
    );
    const replies = await Promise.all(Array.from({ length: 8 }, () => get('/form')));
    for (const { text, headers } of replies) expect(text).toBe(`token of ${headers['set-cookie']?.[0]}`);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(8);
  });

  it('so is an answer whose client had it already', async () => {
    const { get } = await responseApp(
      (app, response) => app.use(session()).get('/form', response({ ttl: '1m' }), form),
      { framework },
    );
    expect((await get('/form', { 'if-none-match': '"form"' })).status).toBe(304);
    expect((await get('/form')).text).toBe('token of sid=2');
  });

  it('so is an answer that is renewed behind a stale one', async () => {
    let known = true;
    let runs = 0;
    const mine = session();
    const { get } = await responseApp(
      (app, response) =>
        app
          .use((req, res, next) => (known ? next() : mine(req, res, next)))
          .get('/form', response(), (_req, res) => {
            runs++;
            const control = runs === 1 ? 'max-age=0' : 'max-age=60';
            res.set('Cache-Control', `${control}, stale-while-revalidate=60`).send(`token of ${res.locals.sid}`);
          }),
      { framework },
    );
    await get('/form');
    known = false;
    expect((await get('/form')).text).toBe('token of undefined');
    await until(() => runs === 2);
    for (let n = 2; n <= 5; n++) expect((await get('/form')).text).not.toBe('token of sid=1');
  });

  it.each([
    ['no-store', 'Cache-Control', 'no-store'],
    ['private', 'Cache-Control', 'private'],
    ['any field', 'Vary', '*'],
    ['a field that was not asked for', 'Vary', 'X-Flag'],
  ])('is heard: %s', async (_name, field, value) => {
    let runs = 0;
    const { get } = await responseApp(
      (app, response) => {
        app.use((_req, res, next) => {
          onHeaders(res, () => res.setHeader(field, value));
          next();
        });
        app.get('/r', response({ ttl: '1m' }), (_req, res) => void res.send(`run ${++runs}`));
      },
      { framework },
    );
    expect([(await get('/r')).text, (await get('/r')).text]).toEqual(['run 1', 'run 2']);
  });

  it('does not keep others from an answer that is for all, nor does a compression', async () => {
    let runs = 0;
    const { get } = await responseApp(
      (app, response) => {
        app.use(compression({ threshold: 0 }), session());
        app.get('/r', response(), (_req, res) => {
          res.set('Cache-Control', 'public, max-age=60').send(`run ${++runs}`);
        });
      },
      { framework },
    );
    await get('/r', { 'accept-encoding': 'gzip' });
    const { text, headers } = await get('/r');
    expect([text, headers['set-cookie']]).toEqual(['run 1', ['sid=2']]);
  });
});
