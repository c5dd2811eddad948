// @ts-check
import { say } from '../say.mjs';

/** @typedef {import('./database.mjs').SignIn} SignIn */

/**
 * @typedef {object} Ready
 * @property {string} apiUrl
 * @property {string} [dashboardUrl]
 * @property {string} [prometheusUrl]
 * @property {string} [redisUrl]
 * @property {number} [redisPid]
 * @property {string} [redisCluster] addresses of its nodes
 * @property {number[]} [redisPids]
 * @property {SignIn[]} signIns
 * @property {string} dataDirectory
 * @property {number} pid
 */

/** @param {Ready} ready @param {{ json: boolean }} options one line for each address, then the sign-ins */
export function announce(ready, { json }) {
  const { apiUrl, dashboardUrl, prometheusUrl, redisUrl, redisCluster, signIns } = ready;
  process.stdout.write('\n');
  say('API', apiUrl);
  say('Dashboard', dashboardUrl ?? 'not started (--no-dashboard)');
  say('Prometheus', prometheusUrl ?? 'none to be had: the charts show the history that PostgreSQL keeps');
  if (redisCluster) say('Redis', `a Cluster: ${redisCluster}`);
  else if (!redisUrl)
    say('Redis', 'none to be had: each cache lives in the API’s own memory; install Redis 7 or set REDIS_URL');
  saySignIns(signIns);
  process.stdout.write('\nCtrl-C ends all of it.\n');
  if (json) process.stdout.write(`${JSON.stringify({ event: 'ready', ...ready })}\n`);
}

/** @param {SignIn[]} signIns of the demo's users */
export function saySignIns(signIns) {
  for (const { email, password, role, tenantId } of signIns) {
    say('Sign in', `${email}  ${password}  (${tenantId === null ? role : `${role} of ${tenantId}`})`);
  }
  if (signIns.length === 0)
    say('Sign in', 'the passwords are not known here any more: npm start -- --fresh makes new ones, with new data');
}
