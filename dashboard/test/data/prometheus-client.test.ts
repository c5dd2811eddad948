import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { PrometheusClient, type PrometheusError } from '@/data/prometheus-client';

let server: Server | undefined;

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answer =
  (body: unknown, status = 200): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  };

const problemOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'none',
    (error: PrometheusError) => error.problem,
  );

describe('Prometheus client', () => {
  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    server = undefined;
  });

  it('reads a matrix and leaves out what is no number', async () => {
    const result = [
      {
        metric: { tier: 'l1' },
        values: [
          [10, '1.5'],
          [20, 'NaN'],
          [30, '+Inf'],
          [40, '2'],
        ],
      },
    ];
    const url = await serve(answer({ status: 'success', data: { resultType: 'matrix', result } }));
    await expect(new PrometheusClient({ url }).queryRange('up', 0, 40_000, 10_000)).resolves.toEqual([
      {
        labels: { tier: 'l1' },
        points: [
          [10_000, 1.5],
          [40_000, 2],
        ],
      },
    ]);
  });

  it('tells apart: not configured, unreachable, slow, refused', async () => {
    expect(await problemOf(new PrometheusClient({ url: undefined }).query('up', 0))).toBe('not-configured');
    expect(await problemOf(new PrometheusClient({ url: 'http://127.0.0.1:1' }).query('up', 0))).toBe('unreachable');
    const slow = await serve(() => {});
    expect(await problemOf(new PrometheusClient({ url: slow, deadlineMs: 50 }).query('up', 0))).toBe('slow');
  });

  it('does not call a wrong query an outage', async () => {
    const url = await serve(answer({ status: 'error', error: 'parse error' }, 400));
    expect(await problemOf(new PrometheusClient({ url }).query('(', 0))).toBe('refused');
  });

  it('is unreachable where something else answers', async () => {
    const url = await serve((_request, response) => response.end('<html>'));
    expect(await problemOf(new PrometheusClient({ url }).query('up', 0))).toBe('unreachable');
  });

  it('waits for one deadline, not for each question, and asks again after a rest', async () => {
    let asked = 0;
    let nowMs = 0;
    const url = await serve(() => {
      asked += 1;
    });
    const client = new PrometheusClient({ url, deadlineMs: 50, restMs: 3000, now: () => nowMs });
    await problemOf(client.query('up', 0));
    await problemOf(client.query('up', 0));
    expect(asked).toBe(1);
    nowMs = 3001;
    await problemOf(client.query('up', 0));
    expect(asked).toBe(2);
  });
});
