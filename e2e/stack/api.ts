import { setTimeout as delay } from 'node:timers/promises';
import { type Stack, secretsOf } from './stack.js';
import { adminToken, tenantToken } from './tokens.js';

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
  readonly #secrets: ReturnType<typeof secretsOf>;

  constructor(stack: Stack) {
    this.#url = stack.apiUrl;
    this.#secrets = secretsOf(stack);
  }

  async get(tenantId: string, path: string): Promise<Answer> {
    const response = await fetch(this.#url + path, {
      headers: { Authorization: `Bearer ${tenantToken(tenantId, this.#secrets.tenantTokenSecret)}` },
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
    return (await this.#admin<{ items: Tenant[] }>('/tenants?pageSize=100')).items;
  }

  usage(tenantId: string): Promise<Usage> {
    return this.#admin(`/tenants/${tenantId}/usage`);
  }

  /** What an administrator's script is answered below `/admin`: a body makes it a POST. */
  ask<T>(path: string, body?: object): Promise<T> {
    return this.#admin<T>(path, body);
  }

  openStatement(tenantId: string): Promise<OpenStatement> {
    return this.#admin(`/tenants/${tenantId}/statements/current`);
  }

  /** Closed statements of all tenants that ended after `from` and not after `to`, at most 100. */
  async closedStatements(from: string, to: string): Promise<{ tenantId: string; bill: { total: string } | null }[]> {
    const found = await this.#admin<{ items: { tenantId: string; bill: { total: string } | null }[] }>(
      `/billing/statements?pageSize=100&from=${from}&to=${to}`,
    );
    return found.items;
  }

  /** A tenant on the default plan. */
  async createTenant(tenantId: string, name: string, reason: string): Promise<void> {
    await this.#admin('/tenants', { tenantId, name, reason });
  }

  /** Clears a tenant's cache, so that the audit holds a row with this reason. */
  async clear(tenantId: string, reason: string): Promise<void> {
    await this.#admin(`/tenants/${tenantId}/clear`, { reason });
  }

  /** Sets a quota whatever its version, as a script would. */
  async setQuota(tenantId: string, quotaMb: number, reason: string): Promise<void> {
    const version = async () => (await this.#admin<Quota>(`/tenants/${tenantId}/quota`)).version;
    await this.#admin(`/tenants/${tenantId}/quota`, { quotaMb, reason }, version, 'PATCH');
  }

  async deleteTenant(tenantId: string): Promise<void> {
    // What a 503 broke off has suspended the tenant already, which is another version of it: that is read anew.
    const version = async () => (await this.#admin<{ version: number }>(`/tenants/${tenantId}`)).version;
    await this.#admin(`/tenants/${tenantId}/delete`, { confirm: tenantId, reason: 'the journey is over' }, version);
  }

  /** A tenant's counter, over its other labels but `label`, from the metrics that Prometheus scrapes. */
  async counter(name: string, tenantId: string, label = ''): Promise<number> {
    const text = await (await fetch(`${this.#url}/metrics`)).text();
    return text
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) && line.includes(`tenant="${tenantId}"`) && line.includes(label))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  /** On a busy machine the store may miss a deadline, which the API says by a 503: then it is asked again. */
  async #admin<T>(
    path: string,
    body?: object,
    version?: () => Promise<number>,
    method = body === undefined ? 'GET' : 'POST',
    triesLeft = 20,
  ): Promise<T> {
    const response = await fetch(`${this.#url}/admin${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${adminToken('e2e@example.com', this.#secrets.adminTokenSecret)}`,
        'Content-Type': 'application/json',
        ...(version && { 'If-Match': `"${await version()}"` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (response.status === 503 && triesLeft > 0) {
      await delay(500);
      return this.#admin(path, body, version, method, triesLeft - 1);
    }
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
