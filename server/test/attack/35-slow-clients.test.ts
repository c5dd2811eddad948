import { randomBytes } from 'node:crypto';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../fakes/redis-process.js';
import { type WorkerProcess, type WorkerProgram, workerProgram } from '../fakes/worker-process.js';
import type { EdgeOrder, EdgeState } from './35-edge-worker.js';

const SLOW = 200;
const BYTE_EVERY_MS = 100;
const TIMEOUTS = { headersTimeoutMs: 1_500, requestTimeoutMs: 2_500 };

interface Drip {
  readonly socket: Socket;
  readonly timer: NodeJS.Timeout;
  answer: string;
  closed: boolean;
}

describe('attack 35: slow clients', () => {
  let program: WorkerProgram;
  let worker: WorkerProcess;
  let port: number;
  let drips: Drip[] = [];

  beforeAll(async () => {
    program = await workerProgram(new URL('./35-edge-worker.ts', import.meta.url));
  });
  beforeEach(async () => {
    worker = program.start({ jwtSecret: randomBytes(32).toString('hex'), ...TIMEOUTS } satisfies EdgeOrder);
    port = (await worker.answer<EdgeState>()).port;
  });
  afterEach(async () => {
    for (const { socket, timer } of drips) {
      clearInterval(timer);
      socket.destroy();
    }
    drips = [];
    await worker.kill();
  });
  afterAll(() => program.remove());

  /** Sends `start` at once, and then a byte at a time for ever. */
  function drip(start: string, byte: string): Drip {
    const socket = connect(port, '127.0.0.1');
    const one: Drip = {
      socket,
      timer: setInterval(() => socket.writable && socket.write(byte), BYTE_EVERY_MS),
      answer: '',
      closed: false,
    };
    socket.on('data', (bytes) => {
      one.answer += bytes;
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      one.closed = true;
      clearInterval(one.timer);
    });
    socket.write(start);
    drips.push(one);
    return one;
  }

  const served = () =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { authorization: 'Bearer viewer' };
      get({ port, host: '127.0.0.1', path: '/admin/tenants', headers, agent: false }, (res) => {
        res.resume().on('end', () => resolve(res.statusCode));
      }).on('error', reject);
    });

  const post = 'POST /api HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
  it.each([
    ['in headers', 'GET /livez HTTP/1.1\r\nHost: a\r\nX-Slow: ', 'a', /^HTTP\/1\.1 408 /],
    ['before a request', '', '\r\n', /^HTTP\/1\.1 4\d\d |^$/],
    [
      'in a body of a length',
      `${post}Authorization: Bearer admin\r\nContent-Length: 100000\r\n\r\n{`,
      'a',
      /^HTTP\/1\.1 4\d\d /,
    ],
    [
      'in chunks',
      `${post.replace('/api', '/admin/fleet')}Authorization: Bearer admin\r\nTransfer-Encoding: chunked\r\n\r\n`,
      '1\r\na\r\n',
      /^HTTP\/1\.1 4\d\d /,
    ],
  ])(
    `${SLOW} sockets that send a byte at a time %s are cut, and others are served meanwhile`,
    async (_where, start, byte, answered) => {
      for (let n = 0; n < SLOW; n++) drip(start, byte);
      let asked = 0;
      while (drips.some(({ closed }) => !closed)) {
        expect(await served()).toBe(200);
        asked++;
      }
      expect(asked).toBeGreaterThan(0);
      for (const { answer } of drips) expect(answer).toMatch(answered);
      const { errors } = await worker.ask<EdgeState>('state');
      expect(errors).toEqual([]);
    },
  );

  it('who does not send at all is cut as well, and who does not read holds nobody up', async () => {
    for (let n = 0; n < 50; n++) drip('', '');
    const deaf = connect(port, '127.0.0.1');
    deaf.on('error', () => {});
    deaf.pause();
    deaf.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(500));
    expect(await served()).toBe(200);
    await until(() => drips.every(({ closed }) => closed));
    expect(await served()).toBe(200);
    deaf.destroy();
  });

  it('a header or a URL above 16 KiB is 431', async () => {
    for (const head of [
      `GET /livez?${'a'.repeat(17_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
      `GET /livez HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(17_000)}\r\n\r\n`,
    ]) {
      const one = drip(head, '');
      await until(() => one.closed);
      expect(one.answer).toMatch(/^HTTP\/1\.1 431 /);
    }
  });
});
