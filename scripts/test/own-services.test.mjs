import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { requireLoopback } from '../services/loopback.mjs';
import { requireReachable } from '../services/reachable.mjs';
import { testEnvironment } from '../testing/environment.mjs';

describe('tests touch only services of this machine', () => {
  it.each(['redis://127.0.0.1:6379', 'redis://localhost:1/2', 'postgresql://u:p@[::1]:5432/x', 'redis://127.3.2.1'])(
    'takes %s',
    (url) => expect(requireLoopback('TEST_REDIS_URL', url)).toBe(url),
  );

  it.each([
    'redis://10.0.0.1:6379',
    'redis://localhost.example.com',
    'redis://127.0.0.1.example.com',
    'postgresql://127.0.0.1@db.example.com/x',
    'redis://0.0.0.0:6379',
    'redis:///run/redis.sock',
    'nonsense',
  ])('refuses %s', (url) => expect(() => requireLoopback('TEST_REDIS_URL', url)).toThrow(/^TEST_REDIS_URL /));

  it('hides the addresses of the user’s own services from them', () => {
    const outer = {
      PATH: '/bin',
      REDIS_URL: 'x',
      DATABASE_URL: 'x',
      DATABASE_SUPERUSER_URL: 'x',
      PGHOST: 'x',
      npm_config_x: 'x',
    };
    const inner = testEnvironment(outer, { TEST_REDIS_URL: 'mine' });
    expect(inner).toEqual({ PATH: '/bin', CI: '1', NEXT_TELEMETRY_DISABLED: '1', TEST_REDIS_URL: 'mine' });
  });
});

describe('a service from the environment', () => {
  it('has to answer, and its password is not repeated', async () => {
    const server = createServer();
    const port = await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
    const url = `redis://user:hunter2@127.0.0.1:${port}`;
    expect(await requireReachable('REDIS_URL', url)).toBe(`127.0.0.1:${port}`);
    await new Promise((resolve) => server.close(resolve));
    const refusal = await requireReachable('REDIS_URL', url).catch((error) => error.message);
    expect(refusal).toMatch(new RegExp(`^REDIS_URL names 127.0.0.1:${port}, where nothing answers`));
    expect(refusal).not.toContain('hunter2');
  });
});
