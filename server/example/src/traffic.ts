import { z } from 'zod';
import { environmentOrExit, httpUrl, secret } from './read-environment.js';
import { ApiClient } from './traffic/api-client.js';
import { Driver, pause, waitForApi } from './traffic/driver.js';
import { planTraffic } from './traffic/plan.js';
import { TenantStream } from './traffic/tenant-stream.js';
import { loadTraces, type Trace } from './traffic/traces.js';
import { seededRandom } from './traffic/zipf.js';

const SUMMARY_MS = 10_000;
const SEED = 2026;
/** Who has one of them may do all that the traffic asks for. */
const ROLES = ['owner', 'trader'];

const environment = environmentOrExit(
  z.object({
    API_URL: httpUrl,
    TENANT_TOKEN_SECRET: secret,
    ADMIN_TOKEN_SECRET: secret,
    TRACES_DIR: z.string().optional(),
    RATE: z.coerce.number().min(1).max(5_000).default(200),
  }),
);

const say = (line: string) => process.stdout.write(`traffic: ${line}\n`);
const ending = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => ending.abort());
const { signal } = ending;

const { traces, recorded } = await loadTraces(environment.TRACES_DIR, SEED);
const names = traces.map(({ name }) => name).join(', ');
say(
  recorded ? `replays the recorded traces ${names}.` : `the recorded traces are absent; replays generated Zipf keys.`,
);

const client = new ApiClient(environment.API_URL, {
  tenant: environment.TENANT_TOKEN_SECRET,
  admin: environment.ADMIN_TOKEN_SECRET,
});
const streams = await streamsOfTenants();
const driver = new Driver(client, streams, say);
const summary = setInterval(() => say(driver.summary.line(streams)), SUMMARY_MS);
await driver.run(signal);
clearInterval(summary);
process.exit(0);

/** Asks until the API lists tenants; the database may be seeded after this program starts. */
async function streamsOfTenants(): Promise<TenantStream[]> {
  for (let told = ''; !signal.aborted; await pause(2_000, signal)) {
    await waitForApi(client, say, signal);
    try {
      const tenants = await client.tenants();
      if (tenants.length === 0) throw new Error('there are no tenants');
      const plans = planTraffic(tenants, environment.RATE);
      for (const { name, role, requestsPerSecond } of plans)
        say(`${name}: ${role}, ${requestsPerSecond.toFixed(1)} requests/s`);
      const made = plans.map(
        (plan, index) =>
          new TenantStream(plan, traces[plan.trace % traces.length] as Trace, seededRandom(SEED + index)),
      );
      await Promise.all(made.map(loadNames));
      return made;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== told) say(`no tenants yet (${reason}); asking again.`);
      told = reason;
    }
  }
  return [];
}

async function loadNames(stream: TenantStream): Promise<void> {
  const { tenantId } = stream.plan;
  // Without them a tenant asks for none of them, which is no reason not to start.
  [stream.portfolioIds, stream.watchlists, stream.users] = await Promise.all([
    client.portfolioIds(tenantId).catch(() => []),
    client.watchlists(tenantId).catch(() => []),
    client.users(tenantId, ROLES).catch(() => []),
  ]);
}
