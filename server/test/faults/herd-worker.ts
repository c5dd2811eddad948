import { setTimeout as delay } from 'node:timers/promises';
import { createTenantCache } from '../../src/index.js';

/** One of the processes whose callers all want the same cold key. */
export interface HerdArgument {
  readonly url: string;
  readonly tenant: string;
}

export interface HerdOrder {
  readonly key: string;
  readonly callers: number;
  readonly loadMs: number;
}

/** `loading` is said when a load begins, the rest when every caller has its answer. */
export type HerdMessage =
  | { readonly type: 'ready' | 'loading' }
  | {
      readonly type: 'done';
      readonly loads: number;
      readonly values: readonly string[];
      readonly failed: number;
      readonly tookMs: number;
    };

const { url, tenant } = JSON.parse(process.argv[2] ?? '') as HerdArgument;
const say = (message: HerdMessage) => process.send?.(message);
const cache = createTenantCache({
  redis: { url },
  tenants: { default: { quotaBytes: 1e7 } },
  redisTimeout: '5s',
  upkeep: false,
});
const handle = cache.forTenant(tenant);

process.on('message', async ({ key, callers, loadMs }: HerdOrder) => {
  let loads = 0;
  const load = async () => {
    loads++;
    say({ type: 'loading' });
    await delay(loadMs);
    return `of ${process.pid}`;
  };
  const startedMs = performance.now();
  const answers = await Promise.allSettled(
    Array.from({ length: callers }, () => handle.getOrSet<string>('herd', key, load, { hardTimeout: '60s' })),
  );
  const values = new Set(answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : [])));
  const failed = answers.filter(({ status }) => status === 'rejected').length;
  say({ type: 'done', loads, values: [...values], failed, tookMs: performance.now() - startedMs });
});

void cache
  .ready()
  .then(() => handle.get('herd', 'first use'))
  .then(() => say({ type: 'ready' }));
