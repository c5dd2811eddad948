import { createServer } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { type HardenOptions, hardenServer } from '../../../src/http/harden-server.js';
import { type ShutdownOptions, shutdown } from '../../../src/http/shutdown.js';

describe('hardenServer', () => {
  it('sets its defaults, and what it is told', () => {
    expect(hardenServer(createServer(), { maxConnections: 5, requestTimeoutMs: 3_000 })).toMatchObject({
      headersTimeout: 3_000,
      requestTimeout: 3_000,
      keepAliveTimeout: 65_000,
      timeout: 120_000,
      maxHeadersCount: 100,
      maxRequestsPerSocket: 10_000,
      maxConnections: 5,
      maxHeaderSize: 16_384,
    });
  });

  it.each([{ headersTimeoutMs: 0 }, { maxHeaders: 1.5 }, { maxConnections: '5' }, { keepAlive: 1 }, null])(
    'refuses the options %j',
    (options) => {
      expect(() => hardenServer(createServer(), options as HardenOptions)).toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID' }),
      );
    },
  );
});

describe('shutdown', () => {
  const deps = { markClosing() {}, close: async () => {} };

  it.each([{ unreadyMs: -1 }, { patienceMs: 0.5 }, { unreadyMs: 5_000, patienceMs: 5_000 }, { unready: 1 }])(
    'refuses the options %j',
    async (options) => {
      await expect(shutdown(deps, createServer(), options as ShutdownOptions)).rejects.toMatchObject({
        code: 'OPTION_INVALID',
      });
    },
  );

  it('closes a cache whose server never listened, and passes on what that rejects with', async () => {
    let closed = 0;
    const close = async () => {
      closed++;
      throw new Error('sink away');
    };
    await expect(shutdown({ ...deps, close }, createServer())).rejects.toThrow('sink away');
    expect(closed).toBe(1);
  });
});
