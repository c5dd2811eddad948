import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import compression from 'compression';
import express, { type RequestHandler } from 'express';
import express4 from 'express4';
import { endLater } from '../../../src/core/late-end.js';
import { closeResponseApps, responseApp } from './response-app.js';

afterEach(closeResponseApps);

const body = { made: 'a body that is longer than nothing' };

/** What handlers do by mistake after their answer, without harm in plain Express. */
const after: Record<string, RequestHandler> = {
  'ends again': (_req, res) => {
    res.json(body);
    res.end();
  },
  'ends again with a callback': (_req, res) => {
    res.json(body);
    res.end(() => {});
  },
  'asks whether its head is sent': (_req, res) => {
    res.json(body);
    if (!res.headersSent) res.sendStatus(204);
  },
  throws: (_req, res) => {
    res.json(body);
    throw new Error('after');
  },
  'answers again': (_req, res) => {
    res.json(body);
    res.status(500).json({ other: 'body' });
  },
  'ends again without a body': (_req, res) => {
    res.status(204).end();
    res.end();
  },
  'ends again after pieces': (_req, res) => {
    res.status(201).write('one ');
    res.end('two');
    res.end();
  },
};

describe.each([
  ['5', express],
  ['4', express4 as unknown as typeof express],
])('a handler that goes on after its answer, on Express %s', (_version, framework) => {
  for (const [layer, before] of [
    ['alone', []],
    ['behind compression', [compression({ threshold: 0 })]],
  ] as const) {
    it.each(Object.keys(after))(`of an unsafe method is as without the cache, ${layer}: %s`, async (name) => {
      const handler = after[name] as RequestHandler;
      const mount = (...layers: RequestHandler[]) =>
        responseApp((app) => app.use(...before, ...layers).post('/r', handler), { framework });
      let cached: Awaited<ReturnType<typeof responseApp>>;
      cached = await mount((req, res, next) => cached.response()(req, res, next));
      const plain = await mount((_req, _res, next) => next());
      const of = async ({ ask }: typeof plain) => {
        const { status, headers, text } = await ask('/r', { method: 'POST' });
        const { date: _date, 'cache-status': _status, connection: _connection, ...others } = headers;
        return [status, others, text];
      };
      expect(await of(cached)).toEqual(await of(plain));
      // The process is still there, and so is the layer.
      expect(await of(cached)).toEqual(await of(plain));
      expect(cached.reports).toEqual([]);
    });
  }

  it.each(Object.keys(after))('is as without, however long its answer is held: %s', async (name) => {
    const handler = after[name] as RequestHandler;
    const held = await responseApp(
      (app) =>
        app
          .use((_req, res, next) => {
            endLater(res, () => delay(50));
            next();
          })
          .post('/r', handler),
      { framework },
    );
    const plain = await responseApp((app) => app.post('/r', handler), { framework });
    const [one, two] = [await held.ask('/r', { method: 'POST' }), await plain.ask('/r', { method: 'POST' })];
    expect([one.status, one.text, one.headers['content-length']]).toEqual([
      two.status,
      two.text,
      two.headers['content-length'],
    ]);
  });

  it('sees a response that has ended while what was stored goes', async () => {
    const seen: unknown[] = [];
    const { ask } = await responseApp(
      (app, response) =>
        app.use(response()).post('/r', (_req, res) => {
          res.send('done');
          seen.push(res.headersSent, res.writableEnded);
          seen.push(res.write('more', (error) => seen.push((error as { code?: string } | null | undefined)?.code)));
          expect(() => res.setHeader('X-Late', '1')).toThrow(/after they are sent/);
          expect(() => res.writeHead(500)).toThrow(/after they are sent/);
        }),
      { framework },
    );
    const { text, headers } = await ask('/r', { method: 'POST' });
    expect([text, headers['content-length']]).toEqual(['done', '4']);
    expect(seen).toEqual([true, true, false, 'ERR_STREAM_WRITE_AFTER_END']);
  });

  it('throws for what no answer can be', async () => {
    const { ask, reports } = await responseApp(
      (app, response) =>
        app.use(response()).post('/r', (_req, res) => {
          expect(() => res.end(5 as never)).toThrow(/chunk/);
          res.send('then this');
        }),
      { framework },
    );
    expect([(await ask('/r', { method: 'POST' })).text, reports]).toEqual(['then this', []]);
  });

  it('of a GET is answered by its condition, or with its body', async () => {
    const { get } = await responseApp(
      (app, response) => {
        app.use(response());
        app.get('/g', (_req, res) => {
          res.set('ETag', '"x"').set('Cache-Control', 'max-age=60').send('a longer body');
          res.end();
        });
        app.get('/r', (req, res) => {
          res.set('ETag', '"x"').set('Cache-Control', 'max-age=0');
          if (req.headers['if-none-match']) res.status(304).end();
          else res.send('body of r');
          res.end();
        });
      },
      { framework },
    );
    const matched = await get('/g', { 'if-none-match': '"x"' });
    expect([matched.status, matched.text, matched.headers['content-length']]).toEqual([304, '', undefined]);
    for (let again = 0; again < 3; again++) {
      const { status, text, headers } = await get('/r');
      expect([status, text, headers['content-length']]).toEqual([200, 'body of r', '9']);
    }
  });
});
