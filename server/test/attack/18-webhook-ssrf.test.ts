import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isPublicAddress } from '../../src/alerts/address-guard.js';
import type { ResolvedAddress, Resolver } from '../../src/alerts/checked-lookup.js';
import { checkWebhookUrl } from '../../src/alerts/webhook-check.js';
import { postWebhook } from '../../src/alerts/webhook-request.js';

/** What must never be reached: it listens on every loopback address, and counts connections, not only requests. */
let canary: Server;
let port = 0;
let hits = 0;

beforeAll(async () => {
  canary = createServer((_req, res) => res.end('the canary'));
  canary.on('connection', () => hits++);
  await new Promise<void>((resolve) => canary.listen(0, '::', resolve));
  port = (canary.address() as AddressInfo).port;
});
afterAll(() => {
  canary.close();
});
beforeEach(() => {
  hits = 0;
});

const at = (...addresses: string[]): ResolvedAddress[] =>
  addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

/** Answers differently the second time, as a name server does that is the attacker's. */
function rebinding(first: string, then: string): Resolver {
  let asked = 0;
  return async () => at(asked++ === 0 ? first : then);
}
const names: Record<string, readonly string[]> = {
  'private.example.com': ['127.0.0.1'],
  'mixed.example.com': ['93.184.215.14', '127.0.0.1'],
  'mixed-first.example.com': ['127.0.0.1', '93.184.215.14'],
  'mapped.example.com': ['::ffff:127.0.0.1'],
  'six.example.com': ['::1'],
  'unspecified.example.com': ['0.0.0.0'],
  'unspecified-six.example.com': ['::'],
  'zone.example.com': ['fe80::1%lo'],
  'metadata.example.com': ['169.254.169.254'],
  'nat64.example.com': ['64:ff9b::7f00:1'],
  '6to4.example.com': ['2002:7f00:1::'],
  'dotted-end.example.com': ['127.0.0.1'],
};
const resolver: Resolver = async (name) => at(...(names[name.replace(/\.$/, '')] ?? []));

/** By URL; the port is the canary's. */
const URLS = [
  'http://127.0.0.1:PORT/',
  'http://127.1:PORT/',
  'http://127.0.1:PORT/',
  'http://2130706433:PORT/',
  'http://0x7f000001:PORT/',
  'http://0x7f.1:PORT/',
  'http://0177.0.0.1:PORT/',
  'http://017700000001:PORT/',
  'http://127.0.0.1.:PORT/',
  'http://127.255.255.254:PORT/',
  'http://0.0.0.0:PORT/',
  'http://0:PORT/',
  'http://[::]:PORT/',
  'http://[::1]:PORT/',
  'http://[0:0:0:0:0:0:0:1]:PORT/',
  'http://[::ffff:127.0.0.1]:PORT/',
  'http://[::ffff:7f00:1]:PORT/',
  'http://[::127.0.0.1]:PORT/',
  'http://[64:ff9b::127.0.0.1]:PORT/',
  'http://[2002:7f00:1::]:PORT/',
  'http://[fe80::1%25lo]:PORT/',
  'http://[::1%25lo]:PORT/',
  'http://１２７.０.０.１:PORT/',
  'http://①②⑦.⓪.⓪.①:PORT/',
  'http://127。0。0。1:PORT/',
  'http://localhost:PORT/',
  'http://LOCALHOST.:PORT/',
  'http://hook.localhost:PORT/',
  'http://localhost.localdomain:PORT/',
  'http://example.com@127.0.0.1:PORT/',
  'http://user:word@127.0.0.1:PORT/',
  'http://127.0.0.1:PORT\\@example.com/',
  'http://example.com\\@127.0.0.1:PORT/',
  'http://127.0.0.1:PORT/\r\nHost: example.com',
  'http://exa\r\nmple.com:PORT/',
  'http://127.0.0.1%09:PORT/',
  ' http://127.0.0.1:PORT/',
  'http:127.0.0.1:PORT/',
  'http:/127.0.0.1:PORT/',
  'http://127.0.0.1:PORT#@example.com/',
  'http://169.254.169.254:PORT/latest/meta-data/',
  'http://[fd00:ec2::254]:PORT/',
  'http://metadata.google.internal:PORT/',
  'http://168.63.129.16:PORT/',
  'http://100.100.100.200:PORT/',
  'http://intranet:PORT/',
  'file:///etc/passwd',
  'gopher://127.0.0.1:PORT/',
  'ftp://127.0.0.1:PORT/',
  'http://93.184.215.14:22/',
  'http://93.184.215.14:6/',
  ...Object.keys(names).map((name) => `http://${name}:PORT/`),
  'http://dotted-end.example.com.:PORT/',
];

const post = (url: string, rules: Partial<Parameters<typeof postWebhook>[1]> = {}) =>
  postWebhook(
    { url, headers: {}, body: '{}', timeoutMs: 2_000 },
    { allowHttp: true, allowPrivateAddresses: false, resolver, ...rules },
  );
const withPort = (url: string) => url.replaceAll('PORT', String(port));

describe('attack 18: a webhook that points inside', () => {
  it('has 60 URLs and more', () => {
    expect(URLS.length).toBeGreaterThanOrEqual(60);
  });

  it.each(URLS.map((url) => [JSON.stringify(url), url]))('%s is neither taken nor sent to', async (_, url) => {
    const verdict = await checkWebhookUrl(withPort(url), { allowHttp: true, allowPrivateAddresses: false }, resolver);
    expect(verdict).toMatchObject({ ok: false, reason: expect.stringMatching(/^must /) });
    expect((await post(withPort(url))).error).toMatch(/^(url|address)-refused$/);
    expect(hits).toBe(0);
  });

  it('is what would be reached with the guard off', async () => {
    const open = { allowPrivateAddresses: true };
    for (const url of [
      'http://127.1:PORT/',
      'http://2130706433:PORT/',
      'http://[::1]:PORT/',
      'http://six.example.com:PORT/',
    ]) {
      expect(await post(withPort(url), open)).toMatchObject({ ok: true, status: 200 });
    }
    expect(hits).toBe(4);
  });

  it.each([
    ['public, then loopback', '93.184.215.14', '127.0.0.1'],
    ['public, then IPv6 loopback', '2606:2800:21f:cb07:6820:80da:af6b:8b2c', '::1'],
  ])('a name that answers differently when it is asked again: %s', async (_, first, then) => {
    const asked = rebinding(first, then);
    const url = withPort('http://rebind.example.com:PORT/');
    expect(await checkWebhookUrl(url, { allowHttp: true, allowPrivateAddresses: false }, asked)).toMatchObject({
      ok: true,
    });
    expect(await post(url, { resolver: asked })).toMatchObject({ ok: false, error: 'address-refused' });
    expect(hits).toBe(0);
  });

  it('asks for an address once, and connects to what the answer was', async () => {
    const answers = [['127.0.0.1'], ['192.0.2.1']];
    const asked: string[] = [];
    const once: Resolver = async (name) => {
      asked.push(name);
      return at(...(answers.shift() ?? []));
    };
    const url = withPort('http://once.example.com:PORT/');
    expect(await post(url, { allowPrivateAddresses: true, resolver: once })).toMatchObject({ status: 200 });
    expect([asked, hits]).toEqual([['once.example.com'], 1]);
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect: %i', async (status) => {
    let asked = 0;
    const receiver = createServer((_req, res) => {
      asked++;
      res.writeHead(status, { Location: `http://127.0.0.1:${port}/` }).end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    const answer = await post(url, { allowPrivateAddresses: true });
    receiver.close();
    expect(answer).toEqual({ ok: false, status, error: 'redirect' });
    expect([asked, hits]).toEqual([1, 0]);
  });
});

describe('addresses', () => {
  it.each([
    ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.9.9.9'],
    ...['169.254.0.1', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.192', '192.0.2.1', '192.88.99.1'],
    ...['192.168.0.1', '198.18.0.1', '198.19.255.255', '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.255.255.255'],
    ...['240.0.0.1', '255.255.255.255', '168.63.129.16', '100.100.100.200'],
    ...['::', '::1', '::127.0.0.1', '::ffff:10.0.0.1', '::ffff:a00:1', '::ffff:169.254.169.254', '64:ff9b::10.0.0.1'],
    ...[
      '64:ff9b::a9fe:a9fe',
      '64:ff9b:1::1',
      '100::1',
      '2001::1',
      '2001:10::1',
      '2001:db8::1',
      '2002:a00:1::',
      '3fff::1',
    ],
    ...['2002:808:808::', '5f00::1', 'fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1'],
    ...['2606:4700::1%eth0', '', 'example.com', '1.2.3', '256.1.1.1'],
  ])('%s is refused', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each([
    ...['1.1.1.1', '8.8.8.8', '93.184.215.14', '100.63.255.255', '100.128.0.1', '172.15.255.255', '172.32.0.1'],
    ...[
      '192.0.1.1',
      '192.167.255.255',
      '198.17.255.255',
      '198.20.0.1',
      '223.255.255.255',
      '126.255.255.255',
      '128.0.0.1',
    ],
    ...['2606:4700:4700::1111', '2a00:1450:4001::1', '2001:4860:4860::8888', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'],
  ])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe('what is allowed', () => {
  it.each([
    ['https://hooks.example.com/services/T0/B0/x?y=1', 'https://hooks.example.com/services/T0/B0/x?y=1'],
    ['https://EXAMPLE.com', 'https://example.com/'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
    ['https://example.com:8443/', 'https://example.com:8443/'],
    ['https://8.8.8.8/', 'https://8.8.8.8/'],
    ['https://[2606:4700:4700::1111]/', 'https://[2606:4700:4700::1111]/'],
  ])('%s', async (url, href) => {
    const strict = { allowHttp: false, allowPrivateAddresses: false };
    expect(await checkWebhookUrl(url, strict, async (name) => at(name.startsWith('2606') ? name : '8.8.8.8'))).toEqual({
      ok: true,
      href,
    });
    const down: Resolver = async () => Promise.reject(new Error('SERVFAIL'));
    expect(await checkWebhookUrl(url, strict, down)).toMatchObject({ ok: true });
  });
});
