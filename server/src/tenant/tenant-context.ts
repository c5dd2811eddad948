import { AsyncLocalStorage } from 'node:async_hooks';
import { fail } from '../core/errors.js';

/** The handle of the tenant on whose behalf the present call chain runs. */
export class TenantContext<H> {
  readonly #storage = new AsyncLocalStorage<H>();

  run<R>(handle: H, callback: () => R): R {
    return this.#storage.run(handle, callback);
  }

  /** @throws TenantCacheError `TENANT_MISSING` outside `run`, also in jobs and timers that outlive a request */
  current(): H {
    const handle = this.#storage.getStore();
    if (handle === undefined) {
      throw fail('TENANT_MISSING', {
        todo: 'mount cache.middleware() before, or wrap the job in cache.runAs(tenantId, …)',
      });
    }
    return handle;
  }
}
