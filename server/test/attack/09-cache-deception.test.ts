import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import express4 from 'express4';
import { closeResponseApps, responseApp } from '../unit/response/response-app.js';

afterEach(closeResponseApps);

const ENDS = ['.css', '.js', '.png', '.ico', '.woff2'];
/** Ways to make an account page look like a file that a cache keeps for all (Gil, 2017; Mirheidari and others, 2020). */
const PATHS = [
  ...ENDS.flatMap((end) => [
    `/account/x${end}`,
    `/account;x${end}`,
    `/account%2fx${end}`,
    `/account%3bx${end}`,
    `/account%00${end}`,
  ]),
  ...[
    '/account/',
    '/account//',
    '//account',
    '/./account',
    '/x/../account',
    '/account/.',
    '/account/..',
    '/account/%2e',
  ],
  ...[
    '/account/%2e%2e/account',
    '/%61ccount',
    '/ACCOUNT',
    '/account%20',
    '/account%09',
    '/account%0a',
    '/account%0d%0a',
  ],
  ...[
    '/account%23.css',
    '/account%3f.css',
    '/account?x.css',
    '/account?/x.css',
    '/account.',
    '/account.css',
    '/account~',
  ],
  ...['/static/..%2faccount', '/static/%2e%2e/account', '/static/..;/account', '/account\\x.css', '/account%5cx.css'],
];

describe.each([
  ['5', express],
  ['4', express4 as unknown as typeof express],
])('attack 9: an account page asked for under the name of a file, on Express %s', (_version, framework) => {
  it.each([
    ['with a ttl', { ttl: '1m' }, {}],
    ['by RFC 9111', {}, { 'Cache-Control': 'max-age=60' }],
    ['by RFC 9111, saying nothing', {}, {}],
  ] as const)(`${PATHS.length} spellings give another user nothing of it, %s`, async (_name, options, fields) => {
    expect(PATHS.length).toBeGreaterThanOrEqual(50);
    let runs = 0;
    const { get } = await responseApp(
      (app, response) => {
        app.use(response(options));
        app.use((req, res) => {
          runs++;
          res.set(fields).json({ secretOf: req.get('authorization') ?? req.get('cookie') ?? 'nobody', path: req.path });
        });
      },
      { framework },
    );
    for (const path of PATHS) {
      const seen: string[] = [];
      for (const victim of [{ authorization: 'Bearer victim' }, { cookie: 'sid=victim' }]) {
        for (let twice = 0; twice < 2; twice++) {
          const reply = await get(path, victim);
          expect([path, reply.status, reply.text]).toEqual([path, 200, expect.stringContaining('victim')]);
        }
      }
      for (const attacker of [
        undefined,
        { authorization: 'Bearer attacker' },
        { cookie: 'sid=attacker' },
        { authorization: '' },
      ]) {
        seen.push((await get(path, attacker)).text);
      }
      expect([path, seen.filter((text) => text.includes('victim'))]).toEqual([path, []]);
    }
    expect(runs).toBeGreaterThanOrEqual(PATHS.length * 3);
  });

  it('a spelling that the app answers otherwise never gets another one\u2019s answer', async () => {
    const { get } = await responseApp(
      (app, response) => {
        app.use(response({ ttl: '1m', authorization: 'shared' }));
        app.use((req, res) => void res.json(req.originalUrl));
      },
      { framework },
    );
    for (let round = 0; round < 2; round++) {
      for (const path of PATHS) expect((await get(path)).text).toBe(JSON.stringify(path.split('#')[0]));
    }
  });
});
