import { afterEach, describe, expect, it, jest } from '@jest/globals';
import express, { type Request, type Response } from 'express';
import express4 from 'express4';
import { responseSettings } from '../../../src/response/response-options.js';
import { ownCalendar } from '../../fakes/memory-cache.js';
import { waitedMs } from '../../fakes/waited.js';
import { closeResponseApps, responseApp } from './response-app.js';
import { until } from './until.js';

afterEach(async () => {
  jest.restoreAllMocks();
  await closeResponseApps();
});

describe.each([
  ['5', express],
  ['4', express4 as unknown as typeof express],
])('the response cache at work on Express %s', (_version, framework) => {
  it('keeps a variant for each value of the fields that an answer names, and finds it in one look', async () => {
    let runs = 0;
    const { get, cache } = await responseApp(
      (app, response) =>
        app.get('/r', response({ ttl: '1m' }), (req, res) => {
          runs++;
          res.vary('Accept-Language').send(`in ${req.get('accept-language')}`);
        }),
      { framework },
    );
    for (let round = 0; round < 3; round++) {
      for (const language of ['de', 'en', 'fr']) {
        expect((await get('/r', { 'accept-language': language })).text).toBe(`in ${language}`);
      }
    }
    expect(runs).toBe(3);
    const { hits, misses } = requests(cache.forTenant('a').metrics());
    // Nine, and the one look that tells a process that the address has variants.
    expect([hits, misses]).toEqual([6 + 1, 3]);
  });

  it('counts one request for each request of a client', async () => {
    const { get, cache } = await responseApp(
      (app, response) => app.get('/r', response({ ttl: '1m' }), (_req, res) => void res.send('x')),
      { framework },
    );
    for (let n = 0; n < 10; n++) await get('/r');
    expect(requests(cache.forTenant('a').metrics())).toEqual({ hits: 9, misses: 1 });
  });

  it('answers HEAD from what GET stored, and 504 where the client wants nothing else', async () => {
    let runs = 0;
    const { ask, get } = await responseApp(
      (app, response) =>
        app.all('/r', response({ ttl: '1m' }), (_req, res) => {
          runs++;
          res.send('body');
        }),
      { framework },
    );
    expect((await get('/r', { 'cache-control': 'only-if-cached' })).status).toBe(504);
    expect([(await ask('/r', { method: 'HEAD' })).cacheStatus, runs]).toEqual(['fwd=method', 1]);
    await get('/r');
    const head = await ask('/r', { method: 'HEAD' });
    expect([head.cacheStatus?.slice(0, 3), head.headers['content-length'], head.body.length]).toEqual(['hit', '4', 0]);
    expect((await get('/r', { 'cache-control': 'only-if-cached' })).text).toBe('body');
    const part = await get('/r', { range: 'bytes=1-2' });
    expect([part.status, part.text, runs]).toEqual([206, 'od', 2]);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('forgets what %s has changed before it answers', async (method) => {
    let version = 1;
    const { ask, get } = await responseApp(
      (app, response) => {
        app.use(response({ ttl: '1m' }));
        app.get('/things/:id', (_req, res) => void res.send(`version ${version}`));
        app.all('/things', (req, res) => {
          if (req.query.fails) res.status(400).end();
          else {
            version++;
            res.status(201).location('/things/7').json({});
          }
        });
        app.all('/things/:id', (_req, res) => {
          version++;
          res.json({});
        });
      },
      { framework },
    );
    await get('/things/7?view=a');
    await get('/things/7');
    await ask('/things?fails=1', { method });
    expect((await get('/things/7')).text).toBe('version 1');
    await ask('/things', { method });
    expect((await get('/things/7')).text).toBe('version 2');
    await ask('/things/7', { method });
    expect((await get('/things/7')).text).toBe('version 3');
    expect((await get('/things/7?view=a')).text).toBe('version 1');
  });

  it('does not store an answer that was made while its address was changed', async () => {
    let version = 1;
    let begun = false;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { ask, get } = await responseApp(
      (app, response) => {
        app.use(response({ ttl: '1m' }));
        app.get('/r', async (_req, res) => {
          const read = version;
          begun = true;
          if (read === 1) await held;
          res.send(`version ${read}`);
        });
        app.put('/r', (_req, res) => {
          version++;
          res.end();
        });
      },
      { framework },
    );
    const early = get('/r');
    await until(() => begun);
    await ask('/r', { method: 'PUT' });
    const late = await get('/r');
    release();
    expect([(await early).text, late.text]).toEqual(['version 1', 'version 2']);
    expect((await get('/r')).text).toBe('version 2');
  });

  it('lets a client ask past it, and drops what it had', async () => {
    let runs = 0;
    const { get } = await responseApp(
      (app, response) => app.get('/r', response({ ttl: '1m' }), (_req, res) => void res.send(`run ${++runs}`)),
      { framework },
    );
    await get('/r');
    const reloaded = await get('/r', { 'cache-control': 'no-cache' });
    expect([reloaded.text, reloaded.cacheStatus]).toEqual(['run 2', 'fwd=request']);
    await until(async () => (await get('/r')).text !== 'run 1');
    expect((await get('/r')).text).toBe('run 3');
  });

  it('is tagged: an application forgets answers by its own tags', async () => {
    let runs = 0;
    const tags = (req: Request) => [`report:${req.params.id}`];
    const { get, cache } = await responseApp(
      (app, response) =>
        app.get('/r/:id', response({ ttl: '1m', tags }), (_req, res) => void res.send(`run ${++runs}`)),
      { framework },
    );
    await get('/r/1');
    await get('/r/2');
    await cache.forTenant('a').invalidateTags(['report:1']);
    expect([(await get('/r/1')).text, (await get('/r/2')).text]).toEqual(['run 3', 'run 2']);
  });

  it('passes by what the options leave out', async () => {
    let runs = 0;
    const { get } = await responseApp(
      (app, response) => {
        app.get(
          '/skip',
          response({ ttl: '1m', skip: (req) => req.query.live === '1' }),
          (_req, res) => void res.send(`${++runs}`),
        );
        app.get(
          '/host',
          response({ ttl: '1m', hosts: ['api.example.com'] }),
          (_req, res) => void res.send(`${++runs}`),
        );
        app.get(
          '/key',
          response({ ttl: '1m', key: (req) => `plan ${req.query.plan}` }),
          (_req, res) => void res.send(`${++runs}`),
        );
      },
      { framework },
    );
    await get('/skip?live=1');
    expect([(await get('/skip?live=1')).cacheStatus, runs]).toEqual(['fwd=bypass; detail=skip', 2]);
    await get('/host');
    expect([(await get('/host')).cacheStatus, runs]).toEqual(['fwd=bypass; detail=target', 4]);
    await get('/host', { host: 'api.example.com' });
    expect([(await get('/host', { host: 'API.example.com:80' })).cacheStatus?.slice(0, 3), runs]).toEqual(['hit', 5]);
    await get('/key?plan=a&x=1');
    expect([(await get('/key?x=2&plan=a')).text, (await get('/key?plan=b')).text]).toEqual(['6', '7']);
  });

  it('serves what the quota keeps out', async () => {
    let runs = 0;
    const { get, reports } = await responseApp(
      (app, response) =>
        app.get('/r', response({ ttl: '1m' }), (_req, res) => {
          runs++;
          res.send('x'.repeat(5_000));
        }),
      { framework, cacheOptions: { tenants: { default: { quotaBytes: 2_000, policy: 'reject' } } } as never },
    );
    for (let n = 1; n <= 3; n++) expect([(await get('/r')).text.length, runs]).toEqual([5_000, n]);
    expect(reports).toEqual([]);
  });

  it('goes on without the cache where the cache or an option fails, and says so', async () => {
    let runs = 0;
    const boom = () => {
      throw new Error('boom');
    };
    const { get, reports } = await responseApp(
      (app, response) => {
        app.get('/key', response({ ttl: '1m', key: boom }), (_req, res) => void res.send(`${++runs}`));
        app.get('/tags', response({ ttl: '1m', tags: boom }), (_req, res) => void res.send(`${++runs}`));
        app.get(
          '/store',
          (req, _res, next) => {
            const store = { tenantId: 'a', get: boom, getOrSet: boom, delete: boom, invalidateTags: boom };
            (req as { tenantCache?: unknown }).tenantCache = store;
            next();
          },
          response({ ttl: '1m' }),
          (_req, res) => void res.send(`${++runs}`),
        );
      },
      { framework },
    );
    for (const path of ['/key', '/tags', '/store', '/key', '/tags', '/store'])
      expect((await get(path)).text).toBe(`${runs}`);
    expect([runs, reports.length]).toEqual([6, 6]);
  });

  it('keeps nothing where an option gives what it may not, and says which', async () => {
    let runs = 0;
    const { get, reports } = await responseApp(
      (app, response) => {
        const handler = (_req: Request, res: Response) => void res.send(`${++runs}`);
        app.get('/text', response({ ttl: '1m', tags: (() => 'xy') as never }), handler);
        app.get('/many', response({ ttl: '1m', tags: () => Array.from({ length: 40 }, (_, i) => `t${i}`) }), handler);
        app.get('/promise', response({ ttl: '1m', key: (async () => 'x') as never }), handler);
        app.get('/nothing', response({ ttl: '1m', key: (() => undefined) as never }), handler);
        const late = () => {
          throw new Error('hidden');
        };
        app.get('/skip', response({ ttl: '1m', skip: late }), handler);
      },
      { framework },
    );
    for (const path of ['/text', '/many', '/promise', '/nothing', '/skip', '/text'])
      expect((await get(path)).text).toBe(`${runs}`);
    expect(runs).toBe(6);
    const told = (reports as { where?: string; cause?: { code?: string } }[]).map((each) => [
      each.where,
      each.cause?.code,
    ]);
    const tags = ['tags', 'TAG_INVALID'];
    const key = ['key', 'KEY_INVALID'];
    expect(told).toEqual([tags, tags, key, key, ['skip', undefined], tags]);
  });

  it('leaves an event stream alone', async () => {
    const { port, get } = await responseApp(
      (app, response) =>
        app.get('/r', response({ ttl: '1m' }), (_req, res) => {
          res.type('text/event-stream').write('data: 1\n\n');
          setTimeout(() => res.end(), 300);
        }),
      { framework },
    );
    const waited = await waitedMs(async () => {
      const both = await Promise.all([get('/r'), get('/r')]);
      expect(both.map(({ cacheStatus }) => cacheStatus?.startsWith('hit'))).toEqual([false, false]);
    });
    expect(waited).toBeLessThan(5_000);
    expect(port).toBeGreaterThan(0);
  });

  it('leaves fields of earlier middlewares to them', async () => {
    let requestId = 0;
    const { get } = await responseApp(
      (app, response) => {
        app.use((req, res, next) => {
          res.set({ 'X-Request-Id': String(++requestId), Vary: 'Origin' });
          if (req.get('origin')) res.set('Access-Control-Allow-Origin', req.get('origin') as string);
          next();
        });
        app.get('/r', response({ ttl: '1m' }), (_req, res) => void res.send('x'));
      },
      { framework },
    );
    await get('/r', { origin: 'https://a.example' });
    const { headers, cacheStatus } = await get('/r', { origin: 'https://a.example' });
    expect([headers['x-request-id'], headers['access-control-allow-origin'], headers.vary]).toEqual([
      '2',
      'https://a.example',
      'Origin',
    ]);
    expect(cacheStatus).toMatch(/^hit/);
    expect((await get('/r', { origin: 'https://b.example' })).cacheStatus).toMatch(/^fwd/);
  });

  it('keeps a field of earlier middlewares with all its lines where the handler added one, renewed unasked or not', async () => {
    const later = ownCalendar();
    let runs = 0;
    const { get } = await responseApp(
      (app, response) => {
        app.use((_req, res, next) => {
          res.set('Link', '</a.css>');
          next();
        });
        app.get('/r', response({ ttl: '1s', staleWhileRevalidate: '1m' }), (_req, res) => {
          runs++;
          res.append('Link', '</b.css>');
          res.send(`run ${runs}`);
        });
      },
      { framework },
    );
    for (const run of [1, 2]) {
      for (let n = 0; n < 3; n++) {
        const { text, headers } = await get('/r');
        expect([text, headers.link]).toEqual([`run ${run}`, '</a.css>, </b.css>']);
      }
      later(2_000);
      await get('/r');
      await until(async () => (await get('/r')).text === `run ${run + 1}`);
    }
  });

  it('gives an expired answer up in one run for all who ask', async () => {
    const later = ownCalendar();
    let runs = 0;
    const { get } = await responseApp(
      (app, response) =>
        app.get('/r', response({ ttl: '1s', revalidateFor: '1h' }), async (_req, res) => {
          runs++;
          await new Promise((resolve) => setTimeout(resolve, 100));
          res.send(`run ${runs}`);
        }),
      { framework },
    );
    await get('/r');
    later(5_000);
    const replies = await Promise.all(Array.from({ length: 30 }, () => get('/r')));
    expect([runs, new Set(replies.map(({ text }) => text))]).toEqual([2, new Set(['run 2'])]);
  });
});

describe('options of the response cache', () => {
  it.each([
    [{ tll: '1m' }, /unknown option tll/],
    [{ ttl: 'soon' }, /ttl/],
    [{ ttl: 0 }, /ttl/],
    [{ vary: 'accept' }, /vary/],
    [{ vary: ['*'] }, /vary/],
    [{ vary: ['a b'] }, /vary/],
    [{ key: 'x' }, /key: string/],
    [{ hosts: ['http://x/'] }, /hosts/],
    [{ authorization: 'mine' }, /authorization: mine/],
    [{ heuristic: { fraction: 2 } }, /heuristic\.fraction/],
    [{ maxBodyBytes: 0 }, /maxBodyBytes/],
    [{ coalesceTimeout: '1h' }, /coalesceTimeout/],
    [{ tags: ['a'] }, /tags/],
    [{ skip: true }, /skip/],
    [{ requestDirectives: 1 }, /requestDirectives/],
    [{ storeSetCookie: 'yes' }, /storeSetCookie/],
  ])('say what is wrong with %j', (options, message) => {
    const error = thrown(() => responseSettings(options as never));
    expect([error.code, error.message]).toEqual(['OPTION_INVALID', expect.stringMatching(message)]);
  });

  it('know a resource by its name', () => {
    expect(thrown(() => responseSettings({ resource: 'a:b' })).code).toBe('RESOURCE_INVALID');
  });
});

function thrown(act: () => unknown): { code?: string; message?: string } {
  try {
    act();
  } catch (error) {
    return error as { code?: string; message?: string };
  }
  return {};
}

function requests(metrics: unknown): { hits: number; misses: number } {
  const { hits, misses } = metrics as { hits: number; misses: number };
  return { hits, misses };
}
