import { AdminScript } from './admin-script.js';
import { type Stack, secretsOf } from './stack.js';
import { tenantToken } from './tokens.js';

interface Quota {
  quotaMb: number;
  overageLimitMb: number;
  quotaBytes: number;
  hardLimitBytes: number;
  enforcement: string;
  version: number;
  changedAt: string;
}

interface Tenant {
  tenantId: string;
  name: string;
  plan: string;
  quota: Quota;
  usage: { usedBytes: number; entries: number; state: string } | null;
}

interface Usage {
  usedBytes: number;
  entries: number;
  quotaBytes: number;
  hardLimitBytes: number;
}

interface BillLine {
  item: string;
  quantity: string;
  included: string;
  billable: string;
  unitPrice: string;
  amount: string;
}

/** What the period under way would be closed with now. */
export interface OpenStatement {
  tenantId: string;
  periodStart: string;
  periodEnd: string;
  asOf: string;
  quotaBytes: number;
  peakBytes: number;
  mbHours: string;
  overageMbHours: string;
  timesExceeded: number;
  requests: number;
  bytesServed: number;
  bytesWritten: number;
  bill: { plan: string; currency: string; total: string; lines: BillLine[] };
}

/** What a tenant's request was answered. */
interface Answer {
  status: number;
  usedBytes: number;
  quotaBytes: number;
}

/** Every answer comes, also one that has to do without a service. */
const ANSWER_MS = 30_000;

/** The running API, as its clients and its administrators call it. */
export class Api {
  readonly #url: string;
  readonly #tenantTokenSecret: string;
  readonly #script: AdminScript;

  constructor(stack: Stack) {
    this.#url = stack.apiUrl;
    this.#tenantTokenSecret = secretsOf(stack).tenantTokenSecret;
    this.#script = new AdminScript(stack);
  }

  async get(tenantId: string, path: string): Promise<Answer> {
    const response = await fetch(this.#url + path, {
      headers: { Authorization: `Bearer ${tenantToken(tenantId, this.#tenantTokenSecret)}` },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    await response.arrayBuffer();
    return {
      status: response.status,
      usedBytes: Number(response.headers.get('x-cache-quota-used')),
      quotaBytes: Number(response.headers.get('x-cache-quota-limit')),
    };
  }

  async tenants(): Promise<Tenant[]> {
    return (await this.ask<{ items: Tenant[] }>('/tenants?pageSize=100')).items;
  }

  usage(tenantId: string): Promise<Usage> {
    return this.ask(`/tenants/${tenantId}/usage`);
  }

  /** What an administrator's script is answered below `/admin`: a body makes it a POST. */
  ask<T>(path: string, body?: object): Promise<T> {
    return this.#script.call(path, body && { body });
  }

  openStatement(tenantId: string): Promise<OpenStatement> {
    return this.ask(`/tenants/${tenantId}/statements/current`);
  }

  /** Closed statements of all tenants that ended after `from` and not after `to`, at most 100. */
  async closedStatements(from: string, to: string): Promise<{ tenantId: string; bill: { total: string } | null }[]> {
    const found = await this.ask<{ items: { tenantId: string; bill: { total: string } | null }[] }>(
      `/billing/statements?pageSize=100&from=${from}&to=${to}`,
    );
    return found.items;
  }

  /** A tenant on the default plan. */
  async createTenant(tenantId: string, name: string, reason: string): Promise<void> {
    await this.ask('/tenants', { tenantId, name, reason });
  }

  /** Clears a tenant's cache, so that the audit holds a row with this reason. */
  async clear(tenantId: string, reason: string): Promise<void> {
    await this.ask(`/tenants/${tenantId}/clear`, { reason });
  }

  /** Sets a quota whatever its version, as a script would. */
  async setQuota(tenantId: string, quotaMb: number, reason: string): Promise<void> {
    const path = `/tenants/${tenantId}/quota`;
    const ifMatch = async () => (await this.ask<Quota>(path)).version;
    await this.#script.call(path, { method: 'PATCH', body: { quotaMb, reason }, ifMatch });
  }

  async deleteTenant(tenantId: string): Promise<void> {
    // What a 503 broke off has suspended the tenant already, which is another version of it: that is read anew.
    const ifMatch = async () => (await this.ask<{ version: number }>(`/tenants/${tenantId}`)).version;
    const body = { confirm: tenantId, reason: 'the journey is over' };
    await this.#script.call(`/tenants/${tenantId}/delete`, { body, ifMatch });
  }

  /** A tenant's counter, over its other labels but `label`, from the metrics that Prometheus scrapes. */
  async counter(name: string, tenantId: string, label = ''): Promise<number> {
    const text = await (await fetch(`${this.#url}/metrics`)).text();
    return text
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) && line.includes(`tenant="${tenantId}"`) && line.includes(label))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }
}
