import { describe, expect, it } from '@jest/globals';
import express from 'express';
import { Registry } from 'prom-client';
import request from 'supertest';
import { livezHandler, type ReadyzOptions, readyzHandler } from '../../../src/http/health.js';
import { metricsHandler } from '../../../src/http/metrics-route.js';
import { problemHandler } from '../../../src/http/problem.js';

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

  it('is 503 from the start of a close', async () => {
    const { body } = await ready({ checks: {}, closing: () => true }).expect(503);
    expect(body.status).toBe('closing');
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
  it("are served with the registry's content type", async () => {
    const registry = new Registry();
    const { text } = await request(express().get('/', metricsHandler(registry)))
      .get('/')
      .expect(200)
      .expect('Content-Type', registry.contentType);
    expect(text).toBe(await registry.metrics());
  });

  it('pass a failing collector on', async () => {
    const registry = { contentType: 'text/plain', metrics: () => Promise.reject(new Error('SECRET')) };
    const { text } = await request(express().get('/', metricsHandler(registry)).use(problemHandler()))
      .get('/')
      .expect(500);
    expect(text).not.toContain('SECRET');
  });
});
