import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import compression from 'compression';
import express, { type RequestHandler } from 'express';
import express4 from 'express4';
import { ownCalendar } from '../../fakes/memory-cache.js';
import { closeResponseApps, responseApp } from './response-app.js';
import { until } from './until.js';
import { wholeAnswers } from './whole-answers.js';

const folder = mkdtempSync(join(tmpdir(), 'tc-shadow-'));
writeFileSync(join(folder, 'file.bin'), Buffer.alloc(300_000, 7));
afterEach(async () => {
  jest.restoreAllMocks();
  await closeResponseApps();
});
afterAll(() => rmSync(folder, { recursive: true }));

const whole = wholeAnswers(folder);

describe.each([
  ['5', express],
  ['4', express4 as unknown as typeof express],
])('a run in the background on Express %s', (_version, framework) => {
  it.each(Object.keys(whole))('makes the same answer as one for a client: %s', async (name) => {
    const later = ownCalendar();
    let runs = 0;
    let finished = 0;
    const { get, reports } = await responseApp(
      (app, response) =>
        app.get(
          '/r',
          compression(),
          response({ ttl: '1s', staleWhileRevalidate: '1h' }),
          compression(),
          (_req, res, next) => {
            res.setHeader('X-Run', String(++runs));
            res.on('finish', () => finished++);
            next();
          },
          whole[name] as RequestHandler,
        ),
      { framework },
    );
    const first = await get('/r');
    // Stored, and so by the calendar of before.
    await until(async () => (await get('/r')).cacheStatus?.startsWith('hit') ?? false);
    later(2_000);
    const stale = await get('/r');
    expect([stale.body.equals(first.body), stale.headers['x-run'], stale.cacheStatus]).toEqual([
      true,
      '1',
      'hit; ttl=-1',
    ]);
    await until(async () => (await get('/r')).headers['x-run'] === '2');
    const second = await get('/r');
    expect([second.status, second.body.equals(first.body), runs]).toEqual([first.status, true, 2]);
    await until(() => finished === 2);
    expect(reports).toEqual([]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('down');
      },
    ],
    ['passes an error on', (_req, _res, next) => next(new Error('down'))],
    [
      'breaks off',
      (_req, res) => {
        res.write('half');
        setImmediate(() => res.destroy());
      },
    ],
    [
      'fails after its head',
      (_req, res, next) => {
        res.write('half');
        setImmediate(() => next(new Error('down')));
      },
    ],
  ] as [string, RequestHandler][])('that %s harms neither the connection nor what is stored', async (_name, fails) => {
    const later = ownCalendar();
    let runs = 0;
    const { port, reports } = await responseApp(
      (app, response) => {
        app.set('env', 'test');
        app.get('/r', response({ ttl: '1s', staleWhileRevalidate: '1h', staleIfError: '1h' }), (req, res, next) => {
          if (++runs === 2) fails(req, res, next);
          else res.send(`run ${runs}`);
        });
        app.get('/slow', (_req, res) => void setTimeout(() => res.send('slow'), 100));
      },
      { framework },
    );
    // One connection for all: the background run must not end what the client asks next.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = (path: string) =>
      new Promise<string>((resolve, reject) => {
        httpRequest({ port, path, agent, headers: { 'x-tenant': 'a' } }, (incoming) => {
          let text = '';
          incoming.on('data', (chunk) => {
            text += chunk;
          });
          incoming.on('end', () => resolve(text));
          incoming.on('error', reject);
        })
          .on('error', reject)
          .end();
      });
    expect(await ask('/r')).toBe('run 1');
    later(2_000);
    expect(await ask('/r')).toBe('run 1');
    expect(await ask('/slow')).toBe('slow');
    await until(() => runs >= 2);
    expect(await ask('/r')).toMatch(/^run [13]$/);
    later(31_000);
    await until(async () => (await ask('/r')) !== 'run 1');
    agent.destroy();
    expect(reports).toEqual([]);
  });
});
