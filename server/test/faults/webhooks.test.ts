import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { WebhookSender, type WebhookSenderDeps } from '../../src/alerts/webhook-sender.js';
import { verifyWebhook } from '../../src/alerts/webhook-signature.js';
import type { CacheEvent } from '../../src/core/events.js';
import { MAX_FAILURES_IN_A_ROW, newWebhookSecret, type Webhook } from '../../src/core/webhooks.js';
import { MemoryAlertStore } from '../../src/testing/memory-alert-store.js';

const ADMIN = { id: 'admin@example.com', source: 'api' } as const;
const PAGE = { page: 1, pageSize: 100 };
const SECRET = newWebhookSecret();
const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function listen<S extends { listen: Server['listen']; address: Server['address']; close(): unknown }>(server: S) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

interface Received {
  readonly id: string;
  readonly body: string;
  readonly signed: boolean;
}

/** A receiver that keeps what it got, and answers as the test says. */
async function receiver(answer: (res: ServerResponse, n: number, req: IncomingMessage) => void) {
  const got: Received[] = [];
  const handle: RequestListener = (req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const signed = verifyWebhook({ secret: SECRET, header: req.headers['tenantcache-signature'], body });
      got.push({ id: String(req.headers['tenantcache-delivery']), body, signed });
      answer(res, got.length, req);
    });
  };
  const server = createServer(handle);
  const url = await listen(server);
  opened.push({ close: () => server.closeAllConnections() });
  return { url, got };
}

function open(change: Partial<WebhookSenderDeps> = {}) {
  const store = new MemoryAlertStore();
  const events: CacheEvent[] = [];
  const sender = new WebhookSender({
    webhooks: store.webhooks,
    emit: (event) => events.push(event),
    version: '0.0.0',
    allowHttp: true,
    allowPrivateAddresses: true,
    // No receiver here is slow, except where the test says so: the machine may be.
    timeoutMs: 60_000,
    retryDelayMs: () => 0,
    ...change,
  });
  opened.unshift(sender);
  const make = (url: string) =>
    store.webhooks.create({ tenantId: null, url, events: ['alert.raised'], active: true }, SECRET, 'wanted', ADMIN);
  const pings = async (hook: Webhook, count: number) => {
    for (let n = 0; n < count; n++) await store.webhooks.ping(hook.id, 'does it work', ADMIN);
  };
  const log = async (hook: Webhook) => (await store.webhooks.deliveries(hook.id, PAGE)).items;
  return { store, sender, events, make, pings, log };
}

describe('a receiver', () => {
  it('that fails at first gets the same message again under the same id, signed anew', async () => {
    const { url, got } = await receiver((res, n) => res.writeHead(n < 4 ? 503 : 204).end());
    const { sender, events, make, pings, log } = open();
    const hook = await make(url);
    await pings(hook, 1);
    expect(await sender.turn()).toBe(4);
    expect(new Set(got.map(({ id, body }) => `${id} ${body}`)).size).toBe(1);
    expect(got.map(({ signed }) => signed)).toEqual([true, true, true, true]);
    expect(JSON.parse(got[0]?.body ?? '')).toMatchObject({ id: got[0]?.id, type: 'ping', alert: null });
    expect(await log(hook)).toMatchObject([{ state: 'delivered', attempts: 4, status: 204, error: null }]);
    expect(events).toEqual([
      ...[1, 2, 3].map((attempt) => ({ type: 'webhook', outcome: 'failed', status: 503, attempt })),
      { type: 'webhook', outcome: 'delivered', status: 204, attempt: 4 },
    ]);
  });

  it('that is gone for good is given up, and switched off after 20 in a row', async () => {
    const { url } = await receiver((res) => res.writeHead(410).end());
    const { store, sender, events, make, pings, log } = open({
      retryDelayMs: (attempt) => (attempt < 2 ? 0 : undefined),
    });
    const hook = await make(url);
    await pings(hook, MAX_FAILURES_IN_A_ROW);
    await sender.turn();
    expect((await log(hook)).every(({ state, attempts }) => state === 'gave-up' && attempts === 2)).toBe(true);
    expect(await store.webhooks.find(hook.id)).toMatchObject({ active: false, failuresInARow: MAX_FAILURES_IN_A_ROW });
    expect(events.filter(({ type }) => type === 'alert')).toMatchObject([
      { kind: 'webhook-disabled', state: 'raised', tenant: null, threshold: MAX_FAILURES_IN_A_ROW },
    ]);
  });

  it.each<[string, (res: ServerResponse) => void]>([
    ['hangs before it answers', () => {}],
    ['hangs within its answer', (res) => res.writeHead(200).write('x')],
  ])('that %s fails when its time is over', async (_, answer) => {
    const { url, got } = await receiver(answer);
    const { sender, make, pings, log } = open({ timeoutMs: 1_000, retryDelayMs: () => undefined });
    const hook = await make(url);
    await pings(hook, 1);
    await sender.turn();
    expect(await log(hook)).toMatchObject([{ state: 'gave-up', attempts: 1, error: 'timeout', status: null }]);
    expect(got).toHaveLength(1);
  });

  it.each<[string, (res: ServerResponse) => void, object]>([
    ['never stops', (res) => void flood(res), { error: 'response-too-large', status: 200 }],
    ['cuts the connection', (res) => res.destroy(), { error: 'connection', status: null }],
    ['redirects', (res) => res.writeHead(302, { Location: '/elsewhere' }).end(), { error: 'redirect', status: 302 }],
    ['answers 500 with a page', (res) => res.writeHead(500).end('x'.repeat(10_000)), { error: 'status', status: 500 }],
  ])('that %s fails with a class, and nothing of what it said is kept', async (_, answer, expected) => {
    const { url, got } = await receiver(answer);
    const { sender, make, pings, log } = open({ retryDelayMs: () => undefined });
    const hook = await make(url);
    await pings(hook, 1);
    await sender.turn();
    expect(await log(hook)).toMatchObject([{ state: 'gave-up', attempts: 1, ...expected }]);
    expect(got).toHaveLength(1);
  });

  it('that speaks something else, or is not there, fails', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('SSH-2.0-OpenSSH\r\n'));
    });
    const other = await listen(server as unknown as Server);
    const resolver = async () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
    const { sender, make, pings, log } = open({ retryDelayMs: () => undefined, resolver });
    const urls = [other, other.replace('http:', 'https:'), 'http://no-such-name.example:8080/'];
    const hooks = await Promise.all(urls.map(make));
    for (const hook of hooks) await pings(hook, 1);
    await sender.turn();
    const errors = await Promise.all(hooks.map(async (hook) => (await log(hook))[0]?.error));
    expect(errors).toEqual(['connection', 'tls', 'name-not-found']);
  });

  it.each(['000', '099'])(
    'that answers with the status %s, which there is not, is given up like others',
    async (status) => {
      const server = createTcpServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => socket.end(`HTTP/1.1 ${status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`));
      });
      const { sender, make, pings, log } = open({ retryDelayMs: () => undefined });
      const hook = await make(await listen(server as unknown as Server));
      await pings(hook, 1);
      await sender.turn();
      expect(await log(hook)).toMatchObject([{ state: 'gave-up', attempts: 1, error: 'connection', status: null }]);
    },
  );

  it('that is slow holds up two of its own messages and nobody else’s', async () => {
    const slow: ServerResponse[] = [];
    let most = 0;
    const tarpit = await receiver((res) => {
      slow.push(res);
      most = Math.max(most, slow.length);
    });
    const done = await receiver((res, n) => {
      res.writeHead(204).end();
      // All of them are here: the slow one may answer.
      if (n === 30) answerAll();
    });
    const answerAll = () => {
      for (const res of slow.splice(0)) res.writeHead(204).end();
      if (tarpit.got.length < 30) setImmediate(answerAll);
    };
    const { sender, make, pings } = open();
    const [first, second] = [await make(tarpit.url), await make(done.url)];
    await pings(first, 30);
    await pings(second, 30);
    await sender.turn();
    expect([tarpit.got.length, done.got.length, most]).toEqual([30, 30, 2]);
  });
});

describe('a sender', () => {
  it('that ends cuts off what hangs, leaves it to others, and gives nobody a failure for it', async () => {
    let arrived = () => {};
    const here = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { url } = await receiver(() => arrived());
    const { sender, events, make, pings, log } = open();
    const hook = await make(url);
    await pings(hook, 1);
    const turn = sender.turn();
    await here;
    await sender.close();
    await turn;
    expect(events).toEqual([]);
    expect(await log(hook)).toMatchObject([{ state: 'pending', attempts: 1, error: null }]);
  });

  it('that cannot write down one outcome sends all the others, and says so at the end', async () => {
    const { url, got } = await receiver((res) => res.writeHead(204).end());
    const { store, make, pings, log } = open();
    const { webhooks } = store;
    let bad: string | undefined;
    const settle: typeof webhooks.settle = async (claimed, outcome) => {
      bad ??= claimed.id;
      if (claimed.id === bad) throw new Error('not kept');
      return webhooks.settle(claimed, outcome);
    };
    const claim: typeof webhooks.claim = (...args) => webhooks.claim(...args);
    const { sender } = open({ webhooks: { claim, settle, tidy: async () => 0 } });
    const hooks = [await make(url), await make(url)];
    for (const hook of hooks) await pings(hook, 20);
    await expect(sender.turn()).rejects.toThrow('not kept');
    const states = (await Promise.all(hooks.map(log))).flat().map(({ state }) => state);
    expect([got.length, states.filter((state) => state === 'delivered').length]).toEqual([40, 39]);
  });

  it('whose queue does not answer says so, and sends it later', async () => {
    const { url, got } = await receiver((res) => res.writeHead(204).end());
    let away = true;
    const store = new MemoryAlertStore();
    const { webhooks } = store;
    const claim: typeof webhooks.claim = async (max, leaseMs) => {
      if (away) throw new Error('away');
      return webhooks.claim(max, leaseMs);
    };
    const { sender } = open({
      webhooks: { claim, settle: (...args) => webhooks.settle(...args), tidy: async () => 0 },
    });
    const hook = await webhooks.create(
      { tenantId: null, url, events: ['alert.raised'], active: true },
      SECRET,
      'wanted',
      ADMIN,
    );
    await webhooks.ping(hook.id, 'does it work', ADMIN);
    await expect(sender.turn()).rejects.toThrow('away');
    away = false;
    await sender.turn();
    expect(got).toHaveLength(1);
  });
});

function flood(res: ServerResponse): void {
  res.writeHead(200);
  const more = () => {
    while (!res.destroyed && res.write(Buffer.alloc(16_384)));
    if (!res.destroyed) res.once('drain', more);
  };
  more();
}
