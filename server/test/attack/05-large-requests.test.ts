import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { AdminApp, bearer } from '../unit/http/admin-app.js';

const MIB = 1024 * 1024;
const PREVIEW = '/admin/tenants/acme/quota/preview';
const HEAD = `POST ${PREVIEW} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer admin\r\nContent-Type: application/json\r\n`;

describe('attack 5: requests that are too large', () => {
  const fixture = new AdminApp();
  let server: Server;

  beforeAll(async () => {
    server = createServer(fixture.app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const open = () => connect((server.address() as AddressInfo).port, '127.0.0.1');

  it('a body that says it has 1 GiB is 413 before a byte of it is there', async () => {
    const socket = open();
    // Nothing follows: who waits for the body waits for ever.
    socket.write(`${HEAD}Content-Length: ${1024 * MIB}\r\nConnection: close\r\n\r\n`);
    const answered = text(socket);
    const first = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
    expect(first).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
    await answered.catch(() => {});
  });

  it('one that does not say, and does not end, is 413 after 16 kB and no more than a few buffers', async () => {
    const socket = open();
    const answered = new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    let sent = 0;
    let done = false;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
    const send = () => {
      while (!done && sent < 64 * MIB) {
        sent += chunk.length;
        if (!socket.write(chunk)) return void socket.once('drain', send);
      }
    };
    send();
    expect(await answered).toMatch(/^HTTP\/1\.1 413 /);
    done = true;
    socket.destroy();
    await closed;
    expect(sent).toBeLessThan(64 * MIB);
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(100 * MIB, ' '))],
    ['br', brotliCompressSync(Buffer.alloc(100 * MIB, ' '))],
  ])('100 MiB packed by %s are 413 as they pass 16 kB, or 415', async (encoding, bomb) => {
    const before = process.memoryUsage().arrayBuffers;
    const { status } = await request(server)
      .post(PREVIEW)
      .set({ ...bearer('admin'), 'content-encoding': encoding, 'content-type': 'application/json' })
      .send(bomb as unknown as object)
      .serialize((body) => body as never);
    expect([413, 415]).toContain(status);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * MIB);
  });

  it.each([
    ['lists', '['.repeat(8_000)],
    ['whole lists', `${'['.repeat(4_000)}${']'.repeat(4_000)}`],
    ['objects', `${'{"quotaMb":'.repeat(1_000)}1${'}'.repeat(1_000)}`],
    ['a number of 10,000 digits', `{"quotaMb":${'9'.repeat(10_000)}}`],
  ])('%s, deep or long, are 400', async (_, body) => {
    const call = request(server).post(PREVIEW).set(bearer('admin')).type('json').send(body);
    const { status } = await call;
    expect(status).toBe(400);
    expect(fixture.errors).toEqual([]);
  });

  it('a head above what Node takes is 431, and others are served', async () => {
    const socket = open();
    socket.end(`GET /admin/tenants HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(64 * 1024)}\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 431 /);
    await request(server).get('/admin/tenants').set(bearer('viewer')).expect(200);
  });
});
