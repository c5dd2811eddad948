import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FromSubdomainOptions, fromSubdomain } from '../../../src/tenant/from-subdomain.js';

const resolve = fromSubdomain({ baseDomain: 'Example.com' });
const server = createServer((req, res) => res.end(JSON.stringify({ tenant: resolve(req) ?? null })));

beforeAll(() => new Promise<void>((done) => void server.listen(0, '127.0.0.1', done)));
afterAll(() => new Promise((done) => server.close(done)));

async function tenantOf(...headers: string[]): Promise<string | null> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(['GET / HTTP/1.1', ...headers, 'Connection: close', '', ''].join('\r\n'));
  const answer = await text(socket);
  return JSON.parse(answer.slice(answer.indexOf('{'))).tenant;
}

describe('the tenant in the host name', () => {
  it.each([
    ['acme.example.com', 'acme'],
    ['acme.example.com:8080', 'acme'],
    ['ACME.Example.COM', 'acme'],
    ['a_b-c.example.com', 'a_b-c'],
    ['example.com', null],
    ['.example.com', null],
    ['a.b.example.com', null],
    ['acme.example.com.', null],
    ['acme.example.com.evil.test', null],
    ['acme.example.com:80:80', null],
    ['acme.example.com:', null],
    ['acmeexample.com', null],
    ['-acme.example.com', null],
    ['acme@evil.example.com', null],
    [`${'a'.repeat(64)}.example.com`, null],
    ['127.0.0.1', null],
    ['', null],
  ])('of %s is %s', async (host, expected) => {
    expect(await tenantOf(`Host: ${host}`)).toBe(expected);
  });

  it('is not read from a second Host header, nor from X-Forwarded-Host', async () => {
    expect(await tenantOf('Host: acme.example.com', 'Host: blue.example.com')).toBeNull();
    expect(await tenantOf('Host: example.com', 'X-Forwarded-Host: acme.example.com')).toBeNull();
  });

  it.each([
    undefined,
    {},
    { baseDomain: '' },
    { baseDomain: '.example.com' },
    { baseDomain: 'https://example.com' },
    { baseDomain: 'example.com', except: [] },
  ])('refuses the options %j', (options) => {
    expect(() => fromSubdomain(options as FromSubdomainOptions)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
  });
});
