import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTenantCache } from '../../src/index.js';
import { reverseProxy } from './reverse-proxy.js';

// Argument: { originPort, port, redis? }. A reverse proxy for `npm run cache-suite`, until SIGTERM.
const { originPort, port, redis } = JSON.parse(process.argv[2] ?? '{}') as {
  originPort: number;
  port: number;
  redis?: string;
};

const cache = createTenantCache({
  tenants: { default: { quotaBytes: 64 * 1024 * 1024 } },
  upkeep: false,
  // A busy machine may keep a call waiting: here a miss for that would be taken for a breach of a rule.
  ...(redis === undefined ? {} : { redis: { url: redis }, redisTimeout: '2s' }),
});
// One tenant of its own for each run: a shared Redis has nothing of an earlier one.
const tenant = `suite-${process.pid}-${Date.now()}`;
const app = reverseProxy(
  originPort,
  cache.middleware({ tenant: () => tenant }),
  cache.response({ heuristic: true, targeted: ['CDN-Cache-Control'], storeSetCookie: true }),
);
const server = createServer(app).listen(port, '127.0.0.1', () => {
  process.stdout.write(`listening on ${(server.address() as AddressInfo).port}\n`);
});
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  void cache.close().finally(() => process.exit(0));
});
