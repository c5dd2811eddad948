import { describe, expect, it } from '@jest/globals';
import { apiEnvironment } from '../src/environment.js';
import { readEnvironment } from '../src/read-environment.js';

const complete = {
  DATABASE_URL: 'postgresql://app:pass@127.0.0.1/db',
  DATABASE_ADMIN_URL: 'postgresql://admin:pass@127.0.0.1/db',
  ADMIN_TOKEN_SECRET: 'a'.repeat(32),
  TENANT_TOKEN_SECRET: 't'.repeat(32),
  EXCHANGE_URL: 'http://127.0.0.1:8090/',
};

describe('the environment of the API', () => {
  it('has defaults for all but addresses and secrets', () => {
    expect(readEnvironment(apiEnvironment, complete)).toEqual({
      ...complete,
      EXCHANGE_URL: 'http://127.0.0.1:8090',
      PORT: 8080,
      HOST: '127.0.0.1',
      USAGE_FLUSH_INTERVAL: '5m',
      WEBHOOK_ALLOW_PRIVATE: false,
      LOG_LEVEL: 'info',
    });
  });

  it('takes an empty variable for an absent one', () => {
    expect(readEnvironment(apiEnvironment, { ...complete, REDIS_URL: '', PORT: '' })).toMatchObject({ PORT: 8080 });
  });

  it('takes the nodes of a Cluster as addresses or URLs', () => {
    const REDIS_CLUSTER = '127.0.0.1:7000, rediss://u:p@cache.example.com:7001';
    expect(readEnvironment(apiEnvironment, { ...complete, REDIS_CLUSTER })).toMatchObject({
      REDIS_CLUSTER: ['redis://127.0.0.1:7000', 'rediss://u:p@cache.example.com:7001'],
    });
  });

  it('lets webhooks lead to private addresses only where that is asked for', () => {
    const read = (WEBHOOK_ALLOW_PRIVATE: string) =>
      readEnvironment(apiEnvironment, { ...complete, WEBHOOK_ALLOW_PRIVATE }).WEBHOOK_ALLOW_PRIVATE;
    expect(['', '0', '1'].map(read)).toEqual([false, false, true]);
  });

  it.each([
    ['DATABASE_URL', 'mysql://somewhere-secret'],
    ['ADMIN_TOKEN_SECRET', 'too-short-a-secret'],
    ['PORT', '70000'],
    ['REDIS_URL', 'http://somewhere-secret'],
    ['REDIS_CLUSTER', '127.0.0.1:7000,http://somewhere-secret'],
    ['REDIS_CLUSTER', '127.0.0.1:7000,,'],
    ['USAGE_FLUSH_INTERVAL', 'five-minutes'],
    ['EXCHANGE_URL', 'file:///somewhere-secret'],
    ['WEBHOOK_ALLOW_PRIVATE', 'certainly'],
  ])('names %s where it is wrong, without its value', (name, value) => {
    const read = () => readEnvironment(apiEnvironment, { ...complete, [name]: value });
    expect(read).toThrow(name);
    expect(read).not.toThrow(value);
  });

  it('names everything that is missing at once', () => {
    expect(() => readEnvironment(apiEnvironment, {})).toThrow(
      /DATABASE_URL[\s\S]*ADMIN_TOKEN_SECRET[\s\S]*EXCHANGE_URL/,
    );
  });
});
