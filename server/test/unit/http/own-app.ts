import express, { type Request } from 'express';
import type { AlertStore } from '../../../src/core/alerts.js';
import type { MeterReading, TenantDirectory } from '../../../src/core/directory.js';
import type { EntryAccess } from '../../../src/core/entries.js';
import { DEFAULT_FLEET } from '../../../src/core/fleet.js';
import type { StoreUsage } from '../../../src/core/store-outcomes.js';
import type { TenantId } from '../../../src/core/tenant-id.js';
import { tenantIdRule } from '../../../src/core/tenant-id-option.js';
import type { UsageReader } from '../../../src/core/usage-reader.js';
import { tenantMiddleware } from '../../../src/http/tenant-middleware.js';
import { tenantRouter } from '../../../src/http/tenant-router.js';
import type { TenantDeps } from '../../../src/http/tenant-routes.js';
import { staticTenants } from '../../../src/tenant/static-tenants.js';
import { MemoryAlertStore } from '../../../src/testing/memory-alert-store.js';
import { MemoryWatchlists } from '../../../src/testing/memory-watchlists.js';
import { FakeEntries } from './admin-app-entries.js';
import { SharedStage } from './shared-stage.js';

const MIB = 1_048_576;
export const TENANTS = ['acme', 'blue'] as const;

/** The tenants' own API behind the middleware; the tenant is what the header `x-tenant` says, as a token would. */
export class OwnApp {
  readonly directory: TenantDirectory = staticTenants({
    static: Object.fromEntries(TENANTS.map((tenant, index) => [tenant, { quotaBytes: (index + 1) * MIB }])),
    default: { quotaBytes: MIB },
  });
  /** Tenants that anything was asked about. */
  readonly asked: string[] = [];
  readonly errors: unknown[] = [];
  readonly watchlists = new MemoryWatchlists();
  readonly app: express.Express = express();
  readonly router: express.Router;

  constructor({ bound = true, reader = true, more = {} as Partial<TenantDeps> } = {}) {
    const watched = watching(this.directory, this.asked);
    const bind = tenantMiddleware<{ tenantId: TenantId }>(
      {
        tenantId: tenantIdRule('test', undefined),
        open: async (tenantId) => ({ tenantId }),
        run: (_handle, work) => work(),
        usageOf: () => ({ usedBytes: 0, quotaBytes: MIB, state: 'ok', exceededInThisRequest: false }),
      },
      // Not refused here: what else names a tenant must reach the router, and be of no effect there.
      { tenant: (req) => req.get('x-tenant'), mismatch: false },
    );
    this.router = tenantRouter(
      {
        directory: watched,
        tenantOf: (req: Request & { tenantCache?: { tenantId: TenantId } }) => req.tenantCache?.tenantId,
        fleet: () => DEFAULT_FLEET,
        usage: async (tenant): Promise<StoreUsage> => {
          this.asked.push(tenant);
          return { usedBytes: tenant === 'acme' ? 100 : 200, entries: 1 };
        },
        entries: this.#entries(),
        usageReader: reader ? this.#reader() : undefined,
        alerts: this.#alerts(),
        watchlists: this.#watchlists(),
        shared: this.#shared(),
        ...more,
      },
      { onError: (error) => this.errors.push(error) },
    );
    if (bound) this.app.use('/cache', bind, this.router);
    else this.app.use('/cache', this.router);
  }

  /** Lets the tenants use something and closes the month of all of them. */
  async closeMonth(): Promise<void> {
    const meters = { sinceMs: 1, byteMs: 3.7748736e12, overageByteMs: 0, peakBytes: 5, timesExceeded: 0 };
    const readings = TENANTS.map((tenant, index): MeterReading => {
      return {
        tenantId: tenant as TenantId,
        atMs: Date.now(),
        usedBytes: 5,
        meters: { ...meters, byteMs: meters.byteMs * (index + 1) },
      };
    });
    await this.directory.keepMeters(readings);
    const now = new Date();
    await this.directory.closePeriods(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1), 10);
  }

  /** An entry of each tenant, `r:<tenant>-1`, with a value that is nobody's to see here. */
  #entries(): Pick<EntryAccess, 'browse' | 'describe'> {
    const entries = new FakeEntries();
    for (const tenant of TENANTS) void entries.put(tenant, 'r', `${tenant}-1`, 'VALUE');
    return {
      browse: (tenant, options) => {
        this.asked.push(tenant);
        return entries.browse(tenant, options);
      },
      describe: (tenant, resource, key) => {
        this.asked.push(tenant);
        return entries.describe(tenant, resource, key);
      },
    };
  }

  /** Reads of each tenant. */
  #shared(): TenantDeps['shared'] {
    const { settings, access } = new SharedStage();
    const list: typeof access.list = (query) => {
      this.asked.push(query.tenant ?? 'all');
      return access.list(query);
    };
    return { datasets: settings, access: { list } };
  }

  /** A list of each tenant, with a group of its own. */
  #watchlists(): NonNullable<TenantDeps['watchlists']> {
    const { watchlists, asked } = this;
    for (const tenant of TENANTS) void watchlists.put(tenant as TenantId, 'majors', [`x:${tenant}`]);
    return {
      list: (tenant) => {
        asked.push(tenant);
        return watchlists.list(tenant);
      },
      put: (tenant, ...list) => {
        asked.push(tenant);
        return watchlists.put(tenant, ...list);
      },
      remove: (tenant, name) => {
        asked.push(tenant);
        return watchlists.remove(tenant, name);
      },
    };
  }

  /** An alert of each tenant. */
  #alerts(): Pick<AlertStore, 'alerts' | 'rules'> {
    const store = new MemoryAlertStore();
    const raised = { kind: 'quota', threshold: 80, to: 'raised', value: 81, atMs: 1 } as const;
    void store.change(TENANTS.map((tenant) => ({ tenantId: tenant as TenantId, ...raised })));
    return {
      alerts: (query) => {
        this.asked.push(query.tenant ?? 'all');
        return store.alerts(query);
      },
      rules: (tenant) => {
        this.asked.push(tenant);
        return store.rules(tenant);
      },
    };
  }

  #reader(): UsageReader {
    const counts = { requests: 4, l1Hits: 1 } as never as Awaited<ReturnType<UsageReader['days']>>[number];
    const answer = async <T>(tenant: TenantId, row: T): Promise<readonly T[]> => {
      this.asked.push(tenant);
      return [row];
    };
    return {
      days: (tenant) =>
        answer(tenant, { ...counts, date: '2026-11-20', hitRate: undefined, meanResponseTimeMs: undefined }),
      samples: (tenant, { fromMs }) => answer(tenant, { ...(counts as object), startMs: fromMs } as never),
      resources: (tenant) => answer(tenant, { ...(counts as object), resource: 'portfolio' } as never),
      spans: async () => {
        throw new Error('not for a tenant');
      },
      fleet: async () => {
        throw new Error('not for a tenant');
      },
      fleetSamples: async () => {
        throw new Error('not for a tenant');
      },
      fleetResources: async () => {
        throw new Error('not for a tenant');
      },
    };
  }
}

/** Keeps the first argument of each call that is a tenant's id; what is for admins must not be called at all. */
function watching(directory: TenantDirectory, asked: string[]): TenantDirectory {
  const allowed = ['find', 'statements', 'statement', 'openStatement', 'statementsAfter'];
  return new Proxy(directory, {
    get(target, name, receiver) {
      const found = Reflect.get(target, name, receiver);
      if (typeof found !== 'function') return found;
      return (...args: unknown[]) => {
        if (!allowed.includes(String(name))) throw new Error(`${String(name)} is not for a tenant`);
        const [first] = args as [string | { tenant?: string }];
        asked.push(String(typeof first === 'string' ? first : first.tenant));
        return found.apply(target, args);
      };
    },
  });
}
