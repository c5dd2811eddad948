import express from 'express';
import { checkWebhookUrl } from '../../../src/alerts/webhook-check.js';
import { DEFAULT_ALERT_RULES } from '../../../src/core/alert-rules.js';
import type { FleetRecord, FleetSettings, TenantDirectory, TenantRecord } from '../../../src/core/directory.js';
import { type ErrorCode, fail } from '../../../src/core/errors.js';
import { DEFAULT_FLEET } from '../../../src/core/fleet.js';
import type { Limits } from '../../../src/core/quota.js';
import type { StoreHealth } from '../../../src/core/store-health.js';
import type { EvictionPreview, StoreUsage } from '../../../src/core/store-outcomes.js';
import type { TenantId } from '../../../src/core/tenant-id.js';
import { type TenantIdRule, tenantIdRule } from '../../../src/core/tenant-id-option.js';
import type { StoreNode } from '../../../src/core/upkeep.js';
import type { Authorization } from '../../../src/http/admin-access.js';
import { adminRouter } from '../../../src/http/admin-router.js';
import type { AdminDeps } from '../../../src/http/admin-routes.js';
import { staticTenants } from '../../../src/tenant/static-tenants.js';
import { type AlertDeed, MemoryAlertStore } from '../../../src/testing/memory-alert-store.js';
import { MemoryUsageSink } from '../../../src/testing/memory-usage-sink.js';
import { MemoryWatchlists } from '../../../src/testing/memory-watchlists.js';
import { FakeEntries, testCategories } from './admin-app-entries.js';
import { SharedStage } from './shared-stage.js';
import { WarmingStage } from './warming-stage.js';

export const MIB = 1_048_576;

/** Ids of the one webhook, alert and delivery that there are to begin with, in this order. */
export const seededId = (n: 1 | 2 | 3) => `00000000-0000-4000-8000-00000000000${n}`;
export const SEEDED_SECRET = 'whsec_0123456789012345678901234567890123456789';
const ADMIN = { id: 'seed@example.com', source: 'system' } as const;

/** The admin API over a real directory; what the cache would do is recorded, or answered as a test sets it. */
export class AdminApp {
  readonly directory: TenantDirectory;
  readonly tenantIds: TenantIdRule;
  readonly cleared: TenantId[] = [];
  readonly reconciled: TenantId[] = [];
  readonly announced: TenantRecord[] = [];
  readonly forgotten: TenantId[] = [];
  readonly removed: TenantId[] = [];
  readonly errors: unknown[] = [];
  readonly fleetAnnounced: FleetRecord[] = [];
  readonly sink = new MemoryUsageSink();
  readonly watchlists = new MemoryWatchlists();
  fleet: FleetSettings = DEFAULT_FLEET;
  readonly used = new Map<string, StoreUsage>();
  storeError: ErrorCode | undefined;
  asked = { atOnce: 0, most: 0 };
  storeNodes: readonly StoreNode[] = [];
  nodesAsked = 0;
  readonly entries = new FakeEntries();
  readonly shared = new SharedStage();
  readonly warming = new WarmingStage(seededId(1));
  storeHealth: StoreHealth = { kind: 'memory', state: 'up', bypassed: false, nodes: [], cluster: undefined };
  readonly alertDeeds: AlertDeed[] = [];
  rulesChanged = 0;
  readonly alerts: MemoryAlertStore;
  readonly deps: AdminDeps;
  readonly router: express.Router;
  readonly app: express.Express = express();

  constructor(directory: TenantDirectory = twoTenants(), tenantIds?: RegExp) {
    this.directory = directory;
    this.tenantIds = tenantIdRule('test', tenantIds);
    const { cleared, announced } = this;
    let ids = 0;
    this.alerts = new MemoryAlertStore(
      (_actor, deed) => this.alertDeeds.push(deed),
      () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
    );
    this.#seedAlerts();
    void this.entries.put('acme', 'portfolio', '1', { cash: 1 });
    this.deps = {
      directory,
      tenantId: this.tenantIds,
      fleet: () => this.fleet,
      usage: (tenant) => this.usage(tenant),
      preview: (tenant, limits) => this.preview(tenant, limits),
      clear: async (tenant) => {
        if (this.storeError) throw fail(this.storeError);
        cleared.push(tenant);
      },
      reconcile: async (tenantId) => {
        if (this.storeError) throw fail(this.storeError);
        this.reconciled.push(tenantId);
        const found = {
          looked: 7,
          ghosts: 1,
          ghostBytes: 256,
          expiredEntries: 5,
          orphans: 2,
          repaired: 0,
          driftBytes: 16,
          compared: true,
        };
        return { tenantId, ...found, steps: 3, durationMs: 5 };
      },
      placement: async (tenant) => ({ slot: 5, node: '10.0.0.1:6379', ...(await this.usage(tenant)) }),
      nodes: () => this.nodes(),
      entries: this.entries,
      storeHealth: async () => this.storeHealth,
      categories: testCategories(),
      onQuotaChanged: (record) => {
        announced.push(record);
      },
      forget: async (tenant) => {
        if (this.storeError) return undefined;
        this.forgotten.push(tenant);
        const { entries, usedBytes } = await this.usage(tenant);
        return { entries, bytes: usedBytes };
      },
      onTenantRemoved: (tenant) => {
        this.removed.push(tenant);
      },
      onFleetChanged: (record) => {
        this.fleet = record;
        this.fleetAnnounced.push(record);
      },
      crossings: (tenant, query) => this.sink.crossings(tenant, query),
      alerts: {
        store: this.alerts,
        checkUrl: (url) => checkWebhookUrl(url, { allowHttp: false, allowPrivateAddresses: false }, async () => []),
        onRulesChanged: () => {
          this.rulesChanged += 1;
        },
      },
      usageReader: this.sink.reader,
      watchlists: this.watchlists,
      shared: this.shared,
      warming: this.warming.warmer,
    };
    this.router = adminRouter(this.deps, {
      authorize: authorizeByToken,
      onError: (error) => this.errors.push(error),
      rateLimit: false,
    });
    this.app.disable('x-powered-by');
    this.app.use('/admin', this.router);
  }

  /** The memory store is changed by the call, not by its answer. */
  #seedAlerts(): void {
    const acme = 'acme' as TenantId;
    const hook = { tenantId: acme, url: 'https://hooks.example.com/secret-path', active: true } as const;
    void this.alerts.webhooks.create({ ...hook, events: ['alert.raised'] }, SEEDED_SECRET, 'seed', ADMIN);
    const raised = { tenantId: acme, kind: 'quota', threshold: 80, to: 'raised', value: 81, atMs: 1 } as const;
    void this.alerts.change([raised]);
    void this.alerts.changeRules(acme, { rules: DEFAULT_ALERT_RULES, reason: 'seed' }, 0, ADMIN);
    this.alertDeeds.length = 0;
  }

  private async nodes(): Promise<readonly StoreNode[]> {
    this.nodesAsked += 1;
    await new Promise(setImmediate);
    if (this.storeError) throw fail(this.storeError);
    return this.storeNodes;
  }

  private async usage(tenant: TenantId): Promise<StoreUsage> {
    this.asked.atOnce += 1;
    this.asked.most = Math.max(this.asked.most, this.asked.atOnce);
    await new Promise(setImmediate);
    this.asked.atOnce -= 1;
    if (this.storeError) throw fail(this.storeError);
    return this.used.get(tenant) ?? { usedBytes: 0, entries: 0 };
  }

  private async preview(tenant: TenantId, limits: Limits): Promise<EvictionPreview> {
    const { usedBytes, entries } = await this.usage(tenant);
    const evictBytes = Math.max(0, usedBytes - limits.hardLimitBytes);
    return { usedBytes, entries, evictBytes, evictEntries: evictBytes > 0 ? 1 : 0, exact: true, expiredEntries: 0 };
  }
}

function twoTenants(): TenantDirectory {
  return staticTenants({
    static: {
      acme: { quotaBytes: 10 * MIB, name: 'Acme Ltd', plan: 'pro' },
      blue: { quotaBytes: 5 * MIB, name: 'Blue <script>alert(1)</script>', plan: 'free', suspended: true },
    },
    default: { quotaBytes: MIB },
  });
}

/** `Bearer role`, `Bearer role@tenant`, `Bearer role+scope,scope` for the tests; an application verifies a token here. */
export function authorizeByToken(req: express.Request): Authorization | undefined {
  const token = /^Bearer (\S+)$/.exec(req.headers.authorization ?? '')?.[1];
  if (token === undefined || token === 'none') return undefined;
  const [who = '', narrowed] = token.split('+');
  const [role, tenant, ...more] = who.split('@');
  return {
    actor: `${who.replaceAll('@', '.')}@example.com`,
    role: (more.length > 0 ? who : role) as Authorization['role'],
    source: 'api',
    ...(tenant !== undefined && { tenant }),
    ...(narrowed !== undefined && { scopes: narrowed.split(',') as NonNullable<Authorization['scopes']> }),
  };
}

export const bearer = (role: string) => ({ authorization: `Bearer ${role}` });
