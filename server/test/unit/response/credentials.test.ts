import { afterEach, describe, expect, it } from '@jest/globals';
import express, { type RequestHandler } from 'express';
import express4 from 'express4';
import { fromApiKey, fromJwt } from '../../../src/index.js';
import type { ResponseOptions } from '../../../src/response/response-options.js';
import { closeResponseApps, responseApp } from './response-app.js';
import { until } from './until.js';

afterEach(closeResponseApps);

const keys = {
  verify: async () => undefined,
  changes: async () => ({ cursor: '', digests: [] }),
  used: async () => {},
} as never;
fromApiKey({ keys, headerName: 'X-Own-Key' });
fromJwt({ secret: 'a secret of at least thirty-two bytes', algorithms: ['HS256'], headerName: 'X-Own-Token' });

describe.each([
  ['5', express],
  ['4', express4 as unknown as typeof express],
])('credentials of one tenant on Express %s', (_version, framework) => {
  describe.each(['Authorization', 'Cookie', 'X-Api-Key', 'X-Own-Key', 'X-Own-Token'])('in %s', (name) => {
    const whoIs: RequestHandler = (req, res) => void res.send(`for ${req.get(name) ?? 'nobody'}`);
    const texts = async (options: ResponseOptions, fields: Record<string, string> = {}) => {
      const set: RequestHandler = (_req, res, next) => {
        res.set(fields);
        next();
      };
      const { get, reports } = await responseApp((app, response) => app.get('/r', response(options), set, whoIs), {
        framework,
      });
      const seen: string[] = [];
      for (const key of ['key-1', 'key-2', undefined, 'key-1']) {
        seen.push((await get('/r', key === undefined ? {} : { [name]: key })).text);
      }
      expect(reports).toEqual([]);
      return seen;
    };

    it('have answers of their own: separate', async () => {
      expect(await texts({ ttl: '1m' })).toEqual(['for key-1', 'for key-2', 'for nobody', 'for key-1']);
    });

    it('get nothing kept for others, by RFC 9111, unless the answer is for all', async () => {
      const fields = { 'Cache-Control': 'max-age=60' };
      const own = ['for key-1', 'for key-2', 'for nobody'];
      expect((await texts({}, fields)).slice(0, 3)).toEqual(own);
      expect((await texts({ ttl: '1m', authorization: 'rfc' })).slice(0, 3)).toEqual(own);
      const forAll = await texts({}, { 'Cache-Control': 'public, max-age=60' });
      expect(forAll).toEqual(Array(4).fill('for key-1'));
    });

    it('share where the route says so', async () => {
      expect(await texts({ ttl: '1m', authorization: 'shared' })).toEqual(Array(4).fill('for key-1'));
    });

    it.each([
      ['separate', { ttl: '1m' }],
      ['by RFC 9111', {}],
    ] as const)('get no error that another one\u2019s handler answered: %s', async (_mode, options) => {
      let waiting = 0;
      const { get } = await responseApp(
        (app, response) => {
          app.use((_req, _res, next) => {
            waiting++;
            next();
          });
          app.get('/r', response(options), async (req, res) => {
            await until(() => waiting === 3);
            res.status(500).send(`trace of ${req.get(name) ?? 'nobody'}`);
          });
        },
        { framework },
      );
      const asked = ['key-1', 'key-2', undefined].map((key) => get('/r', key === undefined ? {} : { [name]: key }));
      const replies = await Promise.all(asked);
      expect(replies.map(({ text }) => text)).toEqual(['trace of key-1', 'trace of key-2', 'trace of nobody']);
    });
  });
});
