// @ts-check
import { rmSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../project-root.mjs';
import { say } from '../say.mjs';
import { Ports } from '../services/ports.mjs';
import { provideRedisCluster } from '../services/redis-cluster.mjs';
import { underSupervision } from '../start/under-supervision.mjs';
import { watch } from '../start/watch.mjs';
import { HELP, parseClusterOptions } from './options.mjs';

/** @param {string[]} args */
export async function main(args) {
  const options = parseClusterOptions(args, PROJECT_ROOT);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const { dataDirectory: directory } = options;
  await underSupervision({ directory, command: 'npm run redis:cluster' }, async ({ supervisor, onLoss }) => {
    if (options.fresh) {
      for (const name of ['cluster.json', 'nodes'])
        rmSync(path.join(directory, name), { recursive: true, force: true });
    }
    const { addresses, running } = await provideRedisCluster({
      addresses: undefined,
      directory,
      packageDirectory: path.join(PROJECT_ROOT, '.data', 'packages'),
      ...(options.firstPort !== undefined && { firstPort: options.firstPort }),
      ports: new Ports(),
      supervisor,
    });
    // A node that ends is what a cluster is for.
    watch({ needed: [], spared: running, supervisor, onLoss });
    process.stdout.write('\n');
    for (const { name, pid } of running) say(name, `pid ${pid}`);
    say('use', `REDIS_CLUSTER=${addresses} npm start -- --cluster`);
    say('look', `redis-cli -c -p ${addresses.split(',')[0]?.split(':')[1]} cluster nodes`);
    process.stdout.write('\nCtrl-C ends all of it.\n');
    if (options.json) {
      const nodes = running.map(({ pid }, index) => ({ address: addresses.split(',')[index], pid }));
      process.stdout.write(`${JSON.stringify({ event: 'ready', addresses, nodes, directory, pid: process.pid })}\n`);
    }
  });
}
