import { describe, expect, it } from '@jest/globals';
import express, { type Request } from 'express';
import express4 from 'express4';
import request from 'supertest';
import { fail } from '../../../src/core/errors.js';
import { problemHandler } from '../../../src/http/problem.js';
import { requestIdHandler } from '../../../src/http/request-id.js';
import { AdminApp } from './admin-app.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe.each([
  ['Express 5', express],
  ['Express 4', express4 as unknown as typeof express],
])('request ids on %s', (_name, make) => {
  const appOf = (trust: boolean, before?: express.RequestHandler) => {
    const app = make();
    if (trust) app.set('trust proxy', 'loopback');
    if (before) app.use(before);
    app.use(requestIdHandler(), requestIdHandler());
    app.get('/', (req: Request & { id?: unknown }, res) => void res.json({ id: req.id }));
    app.get('/fails', () => {
      throw fail('QUOTA_EXCEEDED');
    });
    app.use(problemHandler());
    return app;
  };
  const ask = async (trust: boolean, given?: string) => {
    const call = request(appOf(trust)).get('/');
    const { headers, body } = await (given === undefined ? call : call.set('X-Request-Id', given));
    expect(headers['x-request-id']).toBe(body.id);
    return body.id as string;
  };

  it('are made anew, one a request', async () => {
    const ids = [await ask(false), await ask(false), await ask(true)];
    for (const id of ids) expect(id).toMatch(UUID);
    expect(new Set(ids).size).toBe(3);
  });

  it('are taken from a trusted proxy where they are sane, and from nobody else', async () => {
    expect(await ask(true, 'edge-1:2.3_4')).toBe('edge-1:2.3_4');
    expect(await ask(false, 'edge-1')).toMatch(UUID);
    for (const bad of ['a b', '"', '{"x":1}', 'é', 'x'.repeat(65), '<b>']) expect(await ask(true, bad)).toMatch(UUID);
  });

  it('are the ones of a logger that ran before, and stand in problem details', async () => {
    const named: express.RequestHandler = (req: Request & { id?: unknown }, _res, next) => {
      req.id = 'of-the-log';
      next();
    };
    const { body } = await request(appOf(false, named)).get('/fails').expect(507);
    expect(body).toMatchObject({ code: 'QUOTA_EXCEEDED', requestId: 'of-the-log' });
  });

  it('are on answers and problems of the admin router', async () => {
    const { headers, body } = await request(new AdminApp().app).get('/admin/tenants').expect(401);
    expect(headers['x-request-id']).toMatch(UUID);
    expect(body.requestId).toBe(headers['x-request-id']);
  });
});
