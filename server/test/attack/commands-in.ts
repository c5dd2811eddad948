import type { Redis } from 'ioredis';

/** Scripts that a server of the test's own has run, and what they asked of it, commands of connections left out. */
export async function commandsIn(client: Redis): Promise<{ scripts: number; commands: number }> {
  const stats = await client.info('commandstats');
  let scripts = 0;
  let commands = 0;
  for (const [, name, calls] of stats.matchAll(/cmdstat_([a-z|]+):calls=(\d+)/g)) {
    if (name === 'evalsha' || name === 'eval') scripts += Number(calls);
    else if (/^(z|h|set|get|strlen|unlink|del|exists|spublish|pexpire|time)/.test(name as string))
      commands += Number(calls);
  }
  return { scripts, commands };
}
