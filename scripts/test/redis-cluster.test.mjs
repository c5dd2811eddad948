import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { HELP, parseClusterOptions } from '../cluster/options.mjs';
import { PROJECT_ROOT } from '../project-root.mjs';
import { askRedis } from '../services/ask-redis.mjs';
import { Ports } from '../services/ports.mjs';
import { birthOf } from '../services/process-identity.mjs';
import { parseAddresses, provideRedisCluster } from '../services/redis-cluster.mjs';
import { Supervisor } from '../services/supervisor.mjs';
import { inTemporaryDirectory } from './in-temporary-directory.mjs';

const program = path.join(PROJECT_ROOT, 'scripts', 'redis-cluster.mjs');

/** Six ports that are free with those of their buses, below those of outgoing connections. */
async function freeBase() {
  for (;;) {
    const first = 22_710 + Math.floor(Math.random() * 9) * 6;
    const ports = Array.from({ length: 6 }, (_, index) => first + index);
    if ((await new Ports().claimAll(ports.flatMap((port) => [port, port + 10_000]))) === undefined) return first;
  }
}

/** @param {string} directory @param {number} firstPort */
async function provide(directory, firstPort) {
  const supervisor = new Supervisor({ logDirectory: path.join(directory, 'logs') });
  const options = { addresses: undefined, directory, packageDirectory: path.join(directory, 'packages'), firstPort };
  const cluster = await provideRedisCluster({ ...options, ports: new Ports(), supervisor }).catch(async (error) => {
    await supervisor.stopAll();
    throw error;
  });
  return { ...cluster, ports: cluster.addresses.split(',').map((each) => Number(each.split(':')[1])), supervisor };
}

/** The answer of the one master that has the key. */
const anywhere = (ports, command) => Promise.any(ports.slice(0, 3).map((port) => askRedis(port, command)));

describe('a Redis Cluster on loopback', () => {
  it(
    'is whole when it is there, goes on with its data, and leaves nothing running',
    () =>
      inTemporaryDirectory(async (directory) => {
        const firstPort = await freeBase();
        const first = await provide(directory, firstPort);
        const info = await Promise.all(first.ports.map((port) => askRedis(port, 'CLUSTER INFO')));
        for (const text of info)
          expect(text).toMatch(/cluster_state:ok\r\n[\s\S]*cluster_known_nodes:6\r\ncluster_size:3/);
        const roles = await Promise.all(first.ports.map((port) => askRedis(port, 'INFO replication')));
        expect(
          roles.filter((text) => text.includes('role:slave') && text.includes('master_link_status:up')),
        ).toHaveLength(3);
        await anywhere(first.ports, 'SET kept 1');
        await first.supervisor.stopAll();
        expect(first.running.filter(({ pid }) => birthOf(pid) !== undefined)).toEqual([]);

        const second = await provide(directory, firstPort);
        expect(await anywhere(second.ports, 'GET kept')).toBe('1');
        await second.supervisor.stopAll();

        // As if it had been interrupted while it formed.
        rmSync(path.join(directory, 'cluster.json'));
        const third = await provide(directory, firstPort);
        expect(await anywhere(third.ports, 'DBSIZE')).toBe('0');
        await third.supervisor.stopAll();
      }),
    60_000,
  );

  it.each([
    ['a port', 3, /^The port \d+ is taken: /],
    ['the port of a bus', 10_003, /^The port \d+, the bus of \d+, is taken: /],
  ])('says which it is where %s is taken', async (_, offset, message) => {
    const firstPort = await freeBase();
    const server = createServer();
    await new Promise((resolve) => server.listen(firstPort + offset, '127.0.0.1', resolve));
    await inTemporaryDirectory((directory) => expect(provide(directory, firstPort)).rejects.toThrow(message));
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('REDIS_CLUSTER', () => {
  it('is a list of addresses or URLs', () => {
    expect(parseAddresses('REDIS_CLUSTER', '127.0.0.1:7000, rediss://u:p@cache.example.com:7001,[::1]:7002')).toEqual([
      { host: '127.0.0.1', port: 7000 },
      { host: 'cache.example.com', port: 7001 },
      { host: '::1', port: 7002 },
    ]);
  });

  it.each(['', 'x', 'http://a:1', 'redis://u:hunter2@:7000', '127.0.0.1', ',', '127.0.0.1:7000,'])(
    'refuses %j',
    (text) => {
      let refusal = '';
      try {
        parseAddresses('REDIS_CLUSTER', text);
      } catch (error) {
        refusal = error.message;
      }
      expect(refusal).toMatch(/^REDIS_CLUSTER /);
      expect(refusal).not.toContain('hunter2');
    },
  );

  it('has to answer', async () => {
    const addresses = '127.0.0.1:1';
    const none = provideRedisCluster({
      addresses,
      directory: '',
      packageDirectory: '',
      ports: new Ports(),
      supervisor: undefined,
    });
    await expect(none).rejects.toThrow(/^None of the nodes of REDIS_CLUSTER answers/);
  });
});

describe('npm run redis:cluster', () => {
  it('reads every option that --help lists', () => {
    const listed = [...HELP.matchAll(/^ {2}(--[a-z-]+)( <\w+>)?/gm)].map(([, name, value]) =>
      value ? `${name}=7100` : name,
    );
    expect(listed).toHaveLength(5);
    for (const option of listed) expect(() => parseClusterOptions([option], '/project')).not.toThrow();
  });

  it.each([['--port=0'], ['--port=55531'], ['--port=x'], ['--prot=1'], ['extra']])(
    'ends with one sentence and code 1 for %s',
    (option) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [program, option], { encoding: 'utf8', env: {} });
      expect({ status, stdout, lines: stderr.trim().split('\n').length }).toEqual({ status: 1, stdout: '', lines: 1 });
    },
  );
});
