import type { Redis } from 'ioredis';

const SLOW_US = 5_000;

/** From now on the server notes every command that takes more than 5 ms; for a server of the test's own. */
export async function watchSlowCalls(client: Redis): Promise<void> {
  await client.config('SET', 'slowlog-log-slower-than', String(SLOW_US));
  await client.config('SET', 'slowlog-max-len', '1000');
  await client.slowlog('RESET');
  await client.config('RESETSTAT');
}

/** Scripts that took so long, as their times in microseconds, and how many ran in all. */
export async function slowCalls(client: Redis): Promise<{ slow: number[]; calls: number; meanUs: number }> {
  const entries = (await client.slowlog('GET', 1_000)) as [number, number, number, string[]][];
  const scripts = entries.filter(([, , , [command]]) => /^eval(sha)?$/i.test(command ?? ''));
  const stats = await client.info('commandstats');
  const [, calls = 0, usec = 0] = (/cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(stats) ?? []).map(Number);
  return { slow: scripts.map(([, , micros]) => micros), calls, meanUs: calls === 0 ? 0 : usec / calls };
}
