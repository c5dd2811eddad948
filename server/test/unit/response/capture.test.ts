import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import express, { type RequestHandler } from 'express';
import express4 from 'express4';
import { closeResponseApps, responseApp } from './response-app.js';
import { wholeAnswers } from './whole-answers.js';

const folder = mkdtempSync(join(tmpdir(), 'tc-response-'));
const FILE = randomBytes(300_000);
writeFileSync(join(folder, 'file.bin'), FILE);
afterEach(closeResponseApps);
afterAll(() => rmSync(folder, { recursive: true }));

const whole = wholeAnswers(folder);
const frameworks = [
  ['5', express],
  ['4', express4 as unknown as typeof express],
] as const;

describe.each(frameworks)('an answer that is whole, on Express %s', (_version, framework) => {
  it.each(Object.keys(whole))('is kept and given again as it was: %s', async (name) => {
    let runs = 0;
    let finished = 0;
    const plain = await responseApp((app) => app.get('/r', whole[name] as RequestHandler), { framework });
    const cached = await responseApp(
      (app, response) =>
        app.get(
          '/r',
          response({ ttl: '1m' }),
          (_req, res, next) => {
            runs++;
            res.on('finish', () => finished++);
            next();
          },
          whole[name] as RequestHandler,
        ),
      { framework },
    );
    const without = await plain.get('/r');
    const miss = await cached.get('/r');
    const hit = await cached.get('/r');
    expect([runs, finished, cached.reports]).toEqual([1, 1, []]);
    expect(hit.cacheStatus).toMatch(/^hit/);
    const ignored =
      /^(?:date|etag|age|cache-status|connection|keep-alive|transfer-encoding|content-length|x-cache-quota.*)$/;
    for (const reply of [miss, hit]) {
      expect([reply.status, reply.body.equals(without.body)]).toEqual([without.status, true]);
      const of = (headers: object) =>
        Object.entries(headers)
          .filter(([field]) => !ignored.test(field))
          .sort();
      expect(of(reply.headers)).toEqual(of(without.headers));
    }
    expect(miss.headers['content-length']).toBe(without.headers['content-length']);
    expect(miss.headers['transfer-encoding']).toBe(without.headers['transfer-encoding']);
    expect(miss.headers.etag).toBe(without.headers.etag);
  });
});

const never: Record<string, RequestHandler> = {
  'shorter than it says': (_req, res) => {
    res.set('Content-Length', '10');
    res.write('short');
    setImmediate(() => res.end());
  },
  'destroyed half-way': (_req, res) => {
    res.write('half');
    setImmediate(() => res.destroy());
  },
  'a source that fails half-way': (_req, res) => {
    const source = new Readable({ read() {} });
    source.push('half');
    pipeline(source, res, () => {});
    setTimeout(() => source.destroy(new Error('gone')), 20);
  },
  'an error after its head': (_req, res, next) => {
    res.write('half');
    setImmediate(() => next(new Error('late')));
  },
  trailers: (_req, res) => {
    res.setHeader('Trailer', 'X-Sum');
    res.write('x');
    res.addTrailers({ 'X-Sum': '1' });
    res.end();
  },
  'part of a body': (_req, res) => void res.status(206).set('Content-Range', 'bytes 0-0/2').end('a'),
  'larger than may be kept': (_req, res) => void res.send(Buffer.alloc(2_001)),
  'larger than may be kept, in pieces': (_req, res) => {
    for (let n = 0; n < 21; n++) res.write(Buffer.alloc(100));
    res.end();
  },
  'an error': (_req, res) => void res.status(500).send('broken'),
};

describe.each(frameworks)('an answer that is not whole, on Express %s', (_version, framework) => {
  it.each(Object.keys(never))('is not kept: %s', async (name) => {
    let runs = 0;
    const { get } = await responseApp(
      (app, response) =>
        app.get('/r', response({ ttl: '1m', maxBodyBytes: 2_000 }), (req, res, next) => {
          runs++;
          (never[name] as RequestHandler)(req, res, next);
        }),
      { framework },
    );
    for (let n = 1; n <= 3; n++) {
      await get('/r').catch(() => {});
      expect(runs).toBe(n);
    }
  });
});

describe('a stream', () => {
  it('goes out as it is made, and is held back by a client that does not read', async () => {
    let sent = 0;
    let waits = 0;
    const { port, get } = await responseApp((app, response) =>
      app.get('/r', response({ ttl: '1m' }), (_req, res) => {
        const more = () => {
          while (sent < 400) {
            sent++;
            if (!res.write(Buffer.alloc(64 * 1024, sent))) {
              waits++;
              res.once('drain', more);
              return;
            }
          }
          res.end();
        };
        more();
      }),
    );
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /r HTTP/1.1\r\nHost: x\r\nX-Tenant: a\r\nConnection: close\r\n\r\n');
    await new Promise((resolve) => socket.once('readable', resolve));
    await delay(100);
    const before = sent;
    expect(before).toBeLessThan(400);
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    expect([sent, waits > 1]).toEqual([400, true]);
    // Too large to keep.
    sent = 399;
    expect((await get('/r')).cacheStatus).not.toMatch(/^hit/);
  });

  it('of a megabyte comes back byte by byte', async () => {
    const body = randomBytes(1024 * 1024);
    const { get } = await responseApp((app, response) =>
      app.get(
        '/r',
        response({ ttl: '1m' }),
        (_req, res) => void Readable.from([body.subarray(0, 7), body.subarray(7)]).pipe(res),
      ),
    );
    const sum = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    const [miss, hit] = [await get('/r'), await get('/r')];
    expect([sum(miss.body), sum(hit.body), hit.cacheStatus?.slice(0, 3)]).toEqual([sum(body), sum(body), 'hit']);
  });
});
