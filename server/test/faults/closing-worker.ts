import { createTenantCache } from '../../src/index.js';
import { until } from '../fakes/redis-process.js';

/** A process that closes its cache once Redis is away, and has nothing else to do. */
const { url } = JSON.parse(process.argv[2] as string) as { url: string };
const cache = createTenantCache({
  redis: { url },
  tenants: { default: { quotaBytes: 1_000_000 } },
  shared: { all: {} },
});

void cache.ready().then(() => process.send?.('ready'));
process.once('message', async () => {
  await until(() => cache.platform.shared('all').storeState() === 'down');
  await cache.close();
  process.send?.('closed');
  process.disconnect();
});
