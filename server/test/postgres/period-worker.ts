import { postgresTenants } from '../../src/postgres/index.js';

/** A process that closes periods, as a leader does, until it is killed. */
const { url, adminUrl, nowMs } = JSON.parse(process.argv[2] as string) as {
  url: string;
  adminUrl: string;
  nowMs: number;
};

const directory = postgresTenants({ url, adminUrl });
process.on('disconnect', () => process.exit());

void (async () => {
  for (let first = true; ; first = false) {
    const closed = await directory.closePeriods(nowMs, 3);
    if (first) process.send?.('at work');
    if (closed.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
})();
