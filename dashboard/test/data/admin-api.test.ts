import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { FleetViewer } from '@/data/viewer';

const VIEWER: FleetViewer = { area: 'fleet', email: 'ada@example.com', name: 'Ada', role: 'admin' };
const schema = z.object({ name: z.string() });

/** What the next call is answered with: an API's answers that a healthy one does not give. */
let answer: { status: number; body: string };
let server: Server;
let adminApi: typeof import('@/data/admin-api').adminApi;

beforeAll(async () => {
  server = createServer((_request, response) => response.writeHead(answer.status).end(answer.body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    DATABASE_ADMIN_URL: 'postgres://nobody@127.0.0.1:1/none',
    API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ADMIN_TOKEN_SECRET: 'x'.repeat(32),
    SESSION_SECRET: 'y'.repeat(32),
  });
  ({ adminApi } = await import('@/data/admin-api'));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

async function failureOf(method: 'GET' | 'POST', status: number, body: unknown): Promise<Error> {
  answer = { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
  const asked = adminApi(VIEWER, '/plans', { schema, method });
  return asked.then(
    () => new Error('none'),
    (error: Error) => error,
  );
}

const LIMITED = { code: 'RATE_LIMITED', title: 'Too many requests', detail: 'Wait 20 s.', retryAfterSeconds: 20 };

describe('what the API answers', () => {
  it('is read where it is as agreed', async () => {
    answer = { status: 200, body: '{"name":"Gold","more":1}' };
    expect(await adminApi(VIEWER, '/plans', { schema })).toEqual({ name: 'Gold' });
  });

  it('too many reads are an API that is away for a while, so that a page keeps what it has and says why', async () => {
    expect(await failureOf('GET', 429, LIMITED)).toMatchObject({
      name: 'AdminApiDown',
      message: 'Too many requests were sent to the API. It answers again within a minute.',
    });
  });

  it('a change that is one too many is refused in the API’s own words, with all that it told', async () => {
    expect(await failureOf('POST', 429, LIMITED)).toMatchObject({
      name: 'AdminApiProblem',
      status: 429,
      code: 'RATE_LIMITED',
      message: 'Wait 20 s.',
      body: LIMITED,
    });
  });

  it.each([
    [502, '<html>Bad gateway</html>', /does not answer/],
    [500, {}, /failed with status 500/],
    [200, { name: 7 }, /in a form that this dashboard does not know/],
    [401, { code: 'UNAUTHORIZED' }, /ADMIN_TOKEN_SECRET must be the same on both sides/],
  ])('%i with %j is an API that is down, in words for people', async (status, body, words) => {
    const failure = await failureOf('GET', status, body);
    expect(failure.name).toBe('AdminApiDown');
    expect(failure.message).toMatch(words);
  });
});
