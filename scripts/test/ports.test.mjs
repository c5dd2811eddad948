import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { isFree, Ports } from '../services/ports.mjs';

/** @type {import('node:net').Server[]} */
const servers = [];

/** @param {string} host @returns {Promise<number>} a port that is taken until the test ends */
function takePort(host) {
  return new Promise((resolve) => {
    const server = createServer().listen(0, host, () => resolve(server.address().port));
    servers.push(server);
  });
}

describe('ports', () => {
  afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve)))));

  it.each(['127.0.0.1', '0.0.0.0', '::'])('sees that a port is taken on %s', async (host) => {
    expect(await isFree(await takePort(host))).toBe(false);
  });

  it('takes another port where the usual one is taken', async () => {
    const taken = await takePort('127.0.0.1');
    const port = await new Ports().prefer('test', taken);
    expect(port).not.toBe(taken);
    expect(await isFree(port)).toBe(true);
  });

  it('gives no port twice, though nobody listens yet', async () => {
    const ports = new Ports();
    const first = await ports.any();
    expect(await ports.prefer('test', first)).not.toBe(first);
    await expect(ports.exactly('--port', first)).rejects.toThrow(`Port ${first} is taken: choose another with --port`);
  });

  it('refuses a port that was asked for and is taken', async () => {
    const taken = await takePort('0.0.0.0');
    await expect(new Ports().exactly('--port', taken)).rejects.toThrow(`Port ${taken} is taken`);
  });
});
