import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import express, { type RequestHandler } from 'express';
import { hardenServer } from '../../src/http/harden-server.js';
import { requestIdHandler } from '../../src/http/request-id.js';
import { createTenantCache } from '../../src/index.js';
import { postgresUsage } from '../../src/postgres/index.js';
import type { SigtermOrder } from './sigterm.test.js';

/** A server as the example is, which ends by SIGTERM. */
const { redisUrl, databaseUrl, adminUrl, tenant, unreadyMs, patienceMs } = JSON.parse(
  process.argv[2] ?? '',
) as SigtermOrder;
const cache = createTenantCache({
  redis: { url: redisUrl },
  redisTimeout: '5s',
  tenants: { default: { quotaBytes: 1_000_000 } },
  usage: postgresUsage({ url: databaseUrl, adminUrl }),
  // Nothing is brought away but by the end of the process.
  usageInterval: '1h',
  upkeep: false,
});

const app = express();
app.get('/readyz', cache.readyzHandler());
app.use(requestIdHandler());
app.use(cache.middleware({ tenant: () => tenant }));
/** Counted once for each that was answered. */
const counted: RequestHandler = (req, _res, next) => {
  req.tenantCache.getOrSet('data', 'k', () => 'value').then(() => next(), next);
};
app.get('/quick', counted, (_req, res) => void res.json({ ok: true }));
app.get('/slow', counted, async (_req, res) => {
  await delay(2_000);
  res.json({ ok: true });
});
app.get('/stream', counted, async (_req, res) => {
  for (let part = 0; part < 20; part++) {
    res.write('part');
    await delay(100);
  }
  res.end('end');
});
app.post(
  '/upload',
  express.raw({ type: () => true }),
  counted,
  (req, res) => void res.json({ bytes: req.body.length }),
);
app.get('/stuck', () => {});

const server = hardenServer(createServer(app));
process.on('SIGTERM', async () => {
  await cache.shutdown(server, { unreadyMs, patienceMs }).then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
void cache.ready().then(() => {
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
});
