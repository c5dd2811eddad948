import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listen, stop } from '../../test/fakes/listen.js';
import { createExchangeServer } from '../src/simulator/exchange-server.js';

describe('the switches of the simulator', () => {
  const server = createExchangeServer({ latencyMs: [0, 0] });
  let url = '';
  const control = async (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) => {
    const response = await fetch(`${url}/__control`, { method: 'POST', body, headers });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  beforeAll(async () => {
    url = await listen(server);
  });
  afterAll(() => stop(server));

  it('break one endpoint and leave the others', async () => {
    await control(JSON.stringify({ endpoints: { '/api/v3/time': 'error' } }));
    expect((await fetch(`${url}/api/v3/time`)).status).toBe(503);
    expect((await fetch(`${url}/api/v3/ping`)).status).toBe(200);
    await control(JSON.stringify({ endpoints: { '/api/v3/time': null } }));
    expect((await fetch(`${url}/api/v3/time`)).status).toBe(200);
  });

  it('break all of it, and mend it', async () => {
    await control(JSON.stringify({ outage: 'reset' }));
    await expect(fetch(`${url}/api/v3/ping`)).rejects.toThrow();
    await control(JSON.stringify({ outage: 'hang' }));
    await expect(fetch(`${url}/api/v3/ping`, { signal: AbortSignal.timeout(100) })).rejects.toThrow();
    await control(JSON.stringify({ outage: null }));
    expect((await fetch(`${url}/api/v3/ping`)).status).toBe(200);
  });

  it('limit the rate, and count what was asked', async () => {
    await control(JSON.stringify({ weightPerMinute: 1 }));
    expect((await fetch(`${url}/api/v3/ticker/price?symbol=ETHUSDT`)).status).toBe(429);
    const { body } = await control(JSON.stringify({ weightPerMinute: 6_000 }));
    expect(body).toMatchObject({ weightPerMinute: 6_000, requests: { '/api/v3/ticker/price ETHUSDT': 1 } });
    expect(server.control.requestsOf('/api/v3/ticker/price')).toBe(1);
  });

  it.each([
    ['what it does not know', '{"prices":0}', 'application/json', 400],
    ['what is no JSON', '{', 'application/json', 400],
    ['what a page of another site can send', '{"outage":"error"}', 'text/plain', 415],
  ])('refuse %s', async (_, body, type, status) => {
    expect((await control(body, { 'content-type': type })).status).toBe(status);
    expect(server.control.outage).toBeNull();
  });

  it('refuse whoever asks under another name than of this machine', async () => {
    const status = await new Promise((resolve, reject) => {
      const asked = request(`${url}/__control`, { headers: { host: 'exchange.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on('error', reject).end();
    });
    expect(status).toBe(403);
  });
});
