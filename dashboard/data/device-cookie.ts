import 'server-only';
import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { openSealed, writeSealed } from './sealed-cookie';

const DEVICE_COOKIE = 'tenantcache_device';
const LIFE_SECONDS = 180 * 86_400;
const MAX_ACCOUNTS = 5;

/** The accounts that signed in from this browser, as hashes, the latest last; each with an id of its own. */
const CONTENT = z.object({
  devices: z.array(z.object({ account: z.string(), id: z.string() })).max(MAX_ACCOUNTS),
});

async function devices() {
  const content = CONTENT.safeParse(await openSealed(DEVICE_COOKIE, LIFE_SECONDS));
  return content.success ? content.data.devices : [];
}

/** The id of this browser for the account, if somebody has signed in to it from here within half a year. */
export async function knownDevice(email: string): Promise<string | undefined> {
  const account = accountOf(email);
  return (await devices()).find((device) => device.account === account)?.id;
}

/** Remembers that the account signed in from this browser. Sent to the sign-in page only, which alone asks for it. */
export async function rememberDevice(email: string): Promise<void> {
  const account = accountOf(email);
  const others = (await devices()).filter((device) => device.account !== account);
  const kept = [...others.slice(1 - MAX_ACCOUNTS), { account, id: randomUUID() }];
  await writeSealed(DEVICE_COOKIE, { devices: kept }, { lifeSeconds: LIFE_SECONDS, path: '/login' });
}

function accountOf(email: string): string {
  return createHash('sha256').update(email).digest('base64url');
}
