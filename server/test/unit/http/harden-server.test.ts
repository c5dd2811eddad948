import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer as createNetServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { type HardenOptions, hardenServer } from '../../../src/http/harden-server.js';
import { type ShutdownOptions, shutdown } from '../../../src/http/shutdown.js';
import { createTenantCache } from '../../../src/index.js';

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

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

describe.each([
  ['undefined', undefined],
  ['an object', {}],
  ['an Express app', express()],
  ['a server without HTTP', createNetServer()],
])('%s as the server', (_name, given) => {
  const refusal = expect.objectContaining({
    code: 'OPTION_INVALID',
    detail: expect.objectContaining({ todo: expect.stringContaining('app.listen() returned') }),
  });

  it('is refused by hardenServer', () => {
    expect(() => hardenServer(given as Server)).toThrow(refusal);
  });

  it('is refused by cache.shutdown, which can be called again', async () => {
    const cache = createTenantCache({ tenants: { default: { quotaBytes: 1_000 } }, logger: SILENT });
    await expect(cache.shutdown(given as Server)).rejects.toEqual(refusal);
    await cache.shutdown(createServer());
  });
});

describe('cache.shutdown', () => {
  it('refuses options before anything ends, and ends by the next call', async () => {
    const cache = createTenantCache({ tenants: { default: { quotaBytes: 1_000 } }, logger: SILENT });
    const app = express().get('/readyz', cache.readyzHandler());
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const readyz = () => request(server).get('/readyz');
    await expect(cache.shutdown(server, { unreadyMs: 6_000, patienceMs: 6_000 })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
    const { headers } = await readyz().expect(200);
    expect(headers.connection).not.toBe('keep-alive, close');
    expect(await cache.forTenant('a').getOrSet('r', 'k', () => 1)).toBe(1);
    await cache.shutdown(server, { unreadyMs: 0, patienceMs: 100 });
    expect(server.listening).toBe(false);
    await expect(cache.flushUsage()).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
  });
});

describe('shutdown', () => {
  const deps = { markClosing() {}, close: async () => {} };

  it.each([{ unreadyMs: -1 }, { patienceMs: 0.5 }, { unreadyMs: 5_000, patienceMs: 5_000 }, { unready: 1 }])(
    'refuses the options %j',
    (options) => {
      expect(() => shutdown(deps, createServer(), options as ShutdownOptions)).toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID' }),
      );
    },
  );

  it('answers all who connected before the listening socket closes', async () => {
    const server = createServer((_request, response) => void response.end('ok'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const sockets = Array.from({ length: 300 }, () => connect(port, '127.0.0.1'));
    const clients = sockets.map((socket) => {
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      return text(socket).catch((error: NodeJS.ErrnoException) => String(error.code));
    });
    // The kernel has accepted them then, and Node has taken few of them from it.
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    await shutdown(deps, server, { unreadyMs: 0 });
    const answers = await Promise.all(clients);
    const head = /^HTTP\/1.1 200 OK\r\n(?:.*\r\n)*Connection: close\r\n/;
    expect(answers.filter((answer) => !head.test(answer))).toEqual([]);
  });

  it('answers all whom it still takes where connections never cease and turns are long', async () => {
    const answerMs = 600;
    const patienceMs = 2_000;
    const asked = new Set<ServerResponse>();
    const server = createServer((_request, response) => {
      asked.add(response);
      setTimeout(() => response.end('ok'), answerMs);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    let going = true;
    const come = () => {
      const untilMs = performance.now() + 4;
      while (performance.now() < untilMs);
      const client = connect(port, '127.0.0.1');
      client.on('error', () => {});
      client.resume();
      client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      if (going) setImmediate(come);
    };
    setImmediate(come);
    await shutdown(deps, server, { unreadyMs: 0, patienceMs });
    going = false;
    expect(asked.size).toBeGreaterThan(10);
    expect([...asked].filter((response) => !response.writableFinished)).toHaveLength(0);
  });

  it.each([
    ['tracked by hardenServer', (server: Server) => void hardenServer(server)],
    ['that nobody tracked', () => {}],
  ])('ends in time with a connection that was upgraded, %s', async (_, prepare) => {
    const server = createServer();
    prepare(server);
    server.on('upgrade', (_request, socket) => {
      socket.on('error', () => {});
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.on('error', () => {});
    client.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    await once(client, 'data');
    let closed = 0;
    const close = async () => void closed++;
    await shutdown({ ...deps, close }, server, { unreadyMs: 0, patienceMs: 50 });
    expect(closed).toBe(1);
    client.destroy();
  });

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
