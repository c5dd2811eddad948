import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { ERRORS, type ErrorCode, fail } from '../../../src/core/errors.js';
import { problemHandler, problemOf } from '../../../src/http/problem.js';

const failing = (error: unknown, onError?: (error: unknown) => void) => {
  const app = express();
  app.get('/', () => {
    throw error;
  });
  app.post('/', express.json({ limit: 10 }), (_req, res) => void res.end());
  app.get('/late', (_req, res, next) => {
    res.write('x');
    next(error);
  });
  app.use(problemHandler(onError));
  return app;
};

describe('problem details', () => {
  it.each(Object.keys(ERRORS) as ErrorCode[])(
    '%s: its status, its public sentence, nothing of its detail',
    async (code) => {
      const detail = { given: 'SECRET', allowed: 'SECRET', todo: 'SECRET', cause: new Error('SECRET') };
      const { body, text, headers } = await request(failing(fail(code, detail))).get('/');
      expect(body).toEqual({
        type: `urn:tenantcache:error:${code.toLowerCase()}`,
        title: expect.any(String),
        status: ERRORS[code].status,
        code,
        detail: ERRORS[code].message,
      });
      expect(text).not.toContain('SECRET');
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    },
  );

  it.each([
    new Error('SECRET'),
    'SECRET',
    null,
    undefined,
    { status: 400 },
    Object.assign(new Error(), { status: 200 }),
    Object.assign(fail('LOAD_TIMEOUT'), { code: 'what SECRET said' }),
    Object.assign(fail('LOAD_TIMEOUT'), { code: '__proto__' }),
  ])('anything else (%p) is INTERNAL', (error) => {
    expect(problemOf(error)).toMatchObject({ status: 500, code: 'INTERNAL' });
  });

  it("keeps the status of a client's mistake that Express found", async () => {
    const app = failing(undefined);
    expect((await request(app).post('/').type('json').send('{').expect(400)).body.code).toBe('REQUEST_INVALID');
    expect((await request(app).post('/').type('json').send('{"a":"0123456789"}').expect(413)).body.status).toBe(413);
  });

  it('says of a body that it is not JSON, and repeats nothing of it', async () => {
    for (const sent of ['{', '{"s3cret"}', '"s3cret"']) {
      const { body, text } = await request(failing(undefined)).post('/').type('json').send(sent).expect(400);
      expect(body.errors).toEqual([{ field: 'body', message: 'is not JSON, or not an object' }]);
      expect(text).not.toContain('s3cret');
    }
  });

  it('reports what is answered with 5xx only, and survives a reporter that throws', async () => {
    const seen: unknown[] = [];
    const report = (error: unknown): void => {
      seen.push(error);
      throw new Error('the logger is down');
    };
    const bug = new Error('bug');
    await request(failing(bug, report)).get('/').expect(500);
    await request(failing(fail('FORBIDDEN'), report))
      .get('/')
      .expect(403);
    expect(seen).toEqual([bug]);
  });

  it('cuts an answer that has begun, instead of appending to it', async () => {
    await expect(request(failing(new Error('late'))).get('/late')).rejects.toThrow();
  });
});
