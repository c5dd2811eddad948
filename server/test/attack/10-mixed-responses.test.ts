import { randomInt } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import express4 from 'express4';
import { closeResponseApps, type Reply, responseApp } from '../unit/response/response-app.js';

afterEach(closeResponseApps);

const BODY = 'abcdefghijklmnopqrstuvwxyz'.repeat(40);
const PAGES = 6;

/** Requests of every kind for one address, and what each may be answered. */
const ASKS: readonly { method?: string; headers: Record<string, string>; fits(reply: Reply, body: string): boolean }[] =
  [
    { headers: {}, fits: (reply, body) => full(reply, body) },
    { headers: { 'cache-control': 'no-cache' }, fits: (reply, body) => full(reply, body) },
    { headers: { 'cache-control': 'no-store' }, fits: (reply, body) => full(reply, body) },
    { method: 'HEAD', headers: {}, fits: (reply) => reply.status === 200 && reply.body.length === 0 },
    {
      headers: { range: 'bytes=5-9' },
      fits: (reply, body) =>
        full(reply, body) ||
        (reply.status === 206 &&
          reply.text === body.slice(5, 10) &&
          reply.headers['content-range'] === `bytes 5-9/${body.length}`),
    },
    {
      headers: { range: 'bytes=999999-' },
      fits: (reply, body) => full(reply, body) || (reply.status === 416 && reply.body.length < body.length),
    },
    { headers: { 'if-none-match': '*' }, fits: (reply, body) => full(reply, body) || empty304(reply) },
    { headers: { 'if-none-match': '"v-none"' }, fits: (reply, body) => full(reply, body) },
    { headers: { 'if-modified-since': new Date(0).toUTCString() }, fits: (reply, body) => full(reply, body) },
    {
      headers: { 'cache-control': 'only-if-cached' },
      fits: (reply, body) => full(reply, body) || (reply.status === 504 && reply.body.length === 0),
    },
  ];

function full(reply: Reply, body: string): boolean {
  const { status, text, headers } = reply;
  return status === 200 && text === body && (headers['content-length'] ?? `${body.length}`) === `${body.length}`;
}

function empty304(reply: Reply): boolean {
  return reply.status === 304 && reply.body.length === 0;
}

describe.each([
  ['5', express],
  ['4', express4 as unknown as typeof express],
])('attack 10: answers of different kinds, on Express %s', (_version, framework) => {
  it('whole, part, head, unchanged and broken ones under one address are never mixed', async () => {
    const seed = randomInt(2 ** 31);
    let state = seed;
    const roll = (sides: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return (state >>> 8) % sides;
    };
    const { ask, cache, reports } = await responseApp(
      (app, response) => {
        app.get('/:page', response({ ttl: '200ms', staleWhileRevalidate: '100ms' }), (req, res, next) => {
          const body = `${req.params.page} ${BODY}`;
          const mood = req.get('x-mood');
          if (mood === 'cut') {
            res.set('Content-Length', String(body.length));
            res.write(body.slice(0, 50));
            setImmediate(() => res.destroy());
          } else if (mood === 'error') next(new Error('broken'));
          else if (mood === 'part')
            res.status(206).set('Content-Range', `bytes 0-3/${body.length}`).send(body.slice(0, 4));
          else if (mood === 'pieces') {
            res.write(body.slice(0, 77));
            setTimeout(() => res.end(body.slice(77)), 1);
          } else res.type('text').set('ETag', `"v-${req.params.page}"`).send(body);
        });
      },
      { framework },
    );
    const moods = ['', '', '', 'pieces', 'cut', 'error', 'part'];
    let answered = 0;
    const wrong: unknown[] = [];
    const client = async () => {
      for (let n = 0; n < 60; n++) {
        const page = `p${roll(PAGES)}`;
        const asking = ASKS[roll(ASKS.length)] as (typeof ASKS)[number];
        const mood = moods[roll(moods.length)] as string;
        const { method, headers } = asking;
        const reply = await ask(`/${page}`, {
          ...(method && { method }),
          headers: { ...headers, ...(mood && { 'x-mood': mood }) },
        }).catch(() => undefined);
        // A mood shows in this request's own answer, and in one that others share with it while it is made.
        if (reply === undefined || reply.status === 500 || (mood === 'part' && reply.status === 206)) continue;
        answered++;
        if (!asking.fits(reply, `${page} ${BODY}`))
          wrong.push({
            headers,
            method,
            mood,
            status: reply.status,
            got: reply.text.slice(0, 20),
            cs: reply.cacheStatus,
            seed,
          });
        if (n % 20 === 19) await cache.forTenant('a').clear();
      }
    };
    await Promise.all(Array.from({ length: 16 }, client));
    expect(wrong).toEqual([]);
    expect(answered).toBeGreaterThan(300);
    expect(reports).toEqual([]);
  });
});
