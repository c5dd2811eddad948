import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { livezHandler, type ReadyzOptions, readyzHandler } from '../../../src/http/health.js';
import { metricsHandler } from '../../../src/http/metrics-route.js';
import { problemHandler } from '../../../src/http/problem.js';
import { until } from '../../fakes/redis-process.js';

const ready = (options: ReadyzOptions) => request(express().get('/', readyzHandler(options))).get('/');
const up = () => 'up' as const;
const down = () => 'down' as const;

describe('livez', () => {
  it('is 200 as long as the process answers', async () => {
    const { body } = await request(express().get('/', livezHandler())).get('/').expect(200);
    expect(body).toEqual({ status: 'ok' });
  });
});

describe('readyz', () => {
  it.each([
    ['all up', up, up, 200, 'ok'],
    ['redis down: the process still serves', down, up, 200, 'degraded'],
    ['directory down', up, down, 503, 'unavailable'],
    ['a probe that throws', up, () => JSON.parse('SECRET'), 503, 'unavailable'],
    ['a probe that rejects', up, () => Promise.reject(new Error('SECRET')), 503, 'unavailable'],
    ['a probe that never answers', up, () => new Promise<'up'>(() => {}), 503, 'unavailable'],
  ])('%s', async (_name, redis, directory, status, word) => {
    const checks = { redis: { required: false, probe: redis }, directory: { required: true, probe: directory } };
    const { body, text, headers } = await ready({ checks, timeoutMs: 20 }).expect(status);
    expect(body.status).toBe(word);
    expect(Object.keys(body.checks)).toEqual(['redis', 'directory']);
    expect(text).not.toContain('SECRET');
    expect(headers['cache-control']).toBe('no-store');
  });

  it('is 503 from the start of a close, without a wait for anybody', async () => {
    const checks = { slow: { required: true, probe: () => new Promise<'up'>(() => {}) } };
    const { body } = await ready({ checks, closing: () => true, timeoutMs: 600_000 }).expect(503);
    expect(body).toEqual({ status: 'closing', checks: {} });
  });

  it('says what is down and what that means, and that a switch is no outage', async () => {
    const redis = { required: false, probe: () => 'bypassed' as const };
    const directory = { required: () => false, probe: down, meaning: 'Remembered quotas hold.' };
    const bypassed = await ready({ checks: { redis } }).expect(200);
    expect(bypassed.body).toEqual({
      status: 'ok',
      checks: { redis: 'bypassed' },
      reasons: { redis: 'An administrator switched it off.' },
    });
    const { body } = await ready({ checks: { redis, directory } }).expect(200);
    expect(body).toMatchObject({ status: 'degraded', reasons: { directory: 'Remembered quotas hold.' } });
    await ready({ checks: { directory: { ...directory, required: () => true } } }).expect(503);
    expect((await ready({ checks: { redis: { required: false, probe: up } } })).body).not.toHaveProperty('reasons');
  });

  it('asks others once a second, however many ask it', async () => {
    let asked = 0;
    const probe = async () => {
      asked++;
      return 'up' as const;
    };
    const app = express().get('/', readyzHandler({ checks: { directory: { required: true, probe } }, rememberMs: 50 }));
    await Promise.all(Array.from({ length: 20 }, () => request(app).get('/').expect(200)));
    expect(asked).toBeLessThan(20);
    const before = asked;
    await until(async () => {
      await request(app).get('/').expect(200);
      return asked > before;
    });
  });

  it.each([undefined, { checks: { redis: { probe: up } } }, { checks: { redis: { required: true } } }, { check: {} }])(
    'refuses the options %j',
    (options) => {
      expect(() => readyzHandler(options as ReadyzOptions)).toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID' }),
      );
    },
  );
});

describe('metrics', () => {
  const asked: (string | undefined)[] = [];
  const source = {
    contentType: () => 'text/plain; version=0.0.4; charset=utf-8',
    scrape: async (accept: string | undefined) => {
      asked.push(accept);
      return { contentType: source.contentType(), body: Buffer.from('figures 1\n'.repeat(1_000)) };
    },
  };
  const app = () => request(express().get('/', metricsHandler(source)));

  it('are served in the format asked for, and kept by nobody', async () => {
    const { text, headers } = await app()
      .get('/')
      .set('Accept', 'application/openmetrics-text')
      .set('Accept-Encoding', 'identity')
      .expect(200)
      .expect('Content-Type', source.contentType())
      .expect('Cache-Control', 'no-store');
    expect(text).toBe('figures 1\n'.repeat(1_000));
    expect(headers['content-encoding']).toBeUndefined();
    expect(asked.at(-1)).toBe('application/openmetrics-text');
  });

  it('are compressed where that is asked for', async () => {
    const { text, headers } = await app().get('/').set('Accept-Encoding', 'gzip').expect('Content-Encoding', 'gzip');
    expect(text).toBe('figures 1\n'.repeat(1_000));
    expect(Number(headers['content-length'])).toBeLessThan(1_000);
    const { headers: refused } = await app().get('/').set('Accept-Encoding', 'gzip;q=0');
    expect(refused['content-encoding']).toBeUndefined();
  });

  it('are not computed for HEAD', async () => {
    asked.length = 0;
    await app().head('/').expect(200).expect('Content-Type', source.contentType());
    expect(asked).toHaveLength(0);
  });

  it('pass a failing exporter on', async () => {
    const failing = { ...source, scrape: () => Promise.reject(new Error('SECRET')) };
    const { text } = await request(express().get('/', metricsHandler(failing)).use(problemHandler()))
      .get('/')
      .set('Accept-Encoding', 'gzip')
      .expect(500);
    expect(text).toContain('"status":500');
    expect(text).not.toContain('SECRET');
  });
});
