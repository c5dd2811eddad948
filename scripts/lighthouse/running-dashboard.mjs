// @ts-check
import { Trouble } from '../trouble.mjs';

const PATIENCE_MS = 10_000;

/**
 * The page to measure, of a dashboard that answers.
 * @param {string} address of the dashboard
 * @param {string} page
 * @returns {Promise<URL>}
 * @throws {Trouble} with what to do
 */
export async function pageOfRunningDashboard(address, page) {
  if (!URL.canParse(page, address)) {
    throw new Trouble(`--url ${address} is no address: give one such as http://127.0.0.1:3000.`);
  }
  const url = new URL(page, address);
  const todo = 'start it with npm start in another terminal, or name the one that runs by --url';
  const answer = await fetch(new URL('/livez', url), { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(
    () => undefined,
  );
  if (answer === undefined) throw new Trouble(`No dashboard answers at ${url.origin}: ${todo}.`);
  await answer.body?.cancel();
  if (!answer.ok)
    throw new Trouble(`What answers at ${url.origin} is no dashboard (status ${answer.status}): ${todo}.`);
  return url;
}
