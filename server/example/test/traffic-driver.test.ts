import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { deadAddress, listen, stop } from '../../test/fakes/listen.js';
import { ApiClient } from '../src/traffic/api-client.js';
import { Driver, waitForApi } from '../src/traffic/driver.js';
import { TenantStream } from '../src/traffic/tenant-stream.js';
import { zipfTrace } from '../src/traffic/traces.js';
import { seededRandom } from '../src/traffic/zipf.js';

const secrets = { tenant: 't'.repeat(32), admin: 'a'.repeat(32) };
const servers: Server[] = [];

/** An API that counts what it is asked, and says that the tenant uses half of its quota. */
function countingApi() {
  const counts = { requests: 0, withoutToken: 0 };
  const server = createServer((request, response) => {
    if (request.url !== '/livez') counts.requests++;
    if (request.url !== '/livez' && !/^Bearer ./.test(request.headers.authorization ?? '')) counts.withoutToken++;
    response.writeHead(200, {
      'x-cache-quota-used': '50',
      'x-cache-quota-limit': '100',
      'x-cache-quota-exceeded': 'true',
    });
    response.end('{}');
  });
  servers.push(server);
  return { server, counts };
}

function streamAt(requestsPerSecond: number): TenantStream {
  const plan = {
    tenantId: 'a',
    name: 'A',
    role: 'quiet',
    requestsPerSecond,
    fillShare: 0.5,
    trace: 0,
    offset: 0,
  } as const;
  return new TenantStream(plan, zipfTrace('z', 1, 1_000), seededRandom(1));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('the traffic driver', () => {
  afterEach(async () => {
    for (const server of servers.splice(0)) if (server.listening) await stop(server);
  });

  it('sends authorised requests near its rate and learns the use from the answers', async () => {
    const { server, counts } = countingApi();
    const stream = streamAt(100);
    const driver = new Driver(new ApiClient(await listen(server), secrets), [stream], () => {});
    const ending = new AbortController();
    const startedMs = Date.now();
    const run = driver.run(ending.signal);
    await until(() => counts.requests >= 50);
    const seconds = (Date.now() - startedMs) / 1_000;
    ending.abort();
    await run;
    expect(seconds).toBeGreaterThan(0.3);
    expect(counts.withoutToken).toBe(0);
    expect(stream.usedShare).toBe(0.5);
    expect(driver.summary.line([stream])).toMatch(/2xx \d+, failed 0, flagged over quota \d+, 0 of 1 tenants/);
  });

  it('waits while the API is away, says so once, and goes on when it is back', async () => {
    const first = countingApi();
    const url = await listen(first.server);
    const said: string[] = [];
    const driver = new Driver(new ApiClient(url, secrets), [streamAt(200)], (line) => said.push(line));
    const ending = new AbortController();
    const run = driver.run(ending.signal);
    await until(() => first.counts.requests > 5);
    await stop(first.server);
    await until(() => said.length > 0);
    const second = countingApi();
    second.server.listen(Number(new URL(url).port), '127.0.0.1');
    await until(() => second.counts.requests > 5);
    ending.abort();
    await run;
    expect(said).toEqual(['The API does not answer; waiting for it.', 'The API answers.']);
  });

  it('ends at once while it waits', async () => {
    const client = new ApiClient(`http://${await deadAddress()}`, secrets);
    const ending = new AbortController();
    const said: string[] = [];
    const waiting = waitForApi(client, (line) => said.push(line), ending.signal);
    await until(() => said.length > 0);
    ending.abort();
    await waiting;
    expect(said).toHaveLength(1);
  });
});
