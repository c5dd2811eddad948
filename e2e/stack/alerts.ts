import { setTimeout as delay } from 'node:timers/promises';
import { type Stack, secretsOf } from './stack.js';
import { adminToken } from './tokens.js';

export interface Alert {
  id: string;
  tenantId: string | null;
  kind: string;
  threshold: number;
  value: number;
  acknowledgedAt: string | null;
  acknowledgedBy: string | null;
}

export interface QuotaTerms {
  quotaMb: number;
  overageAllowed: boolean;
  overageLimitMb: number;
}

interface Call {
  method?: 'PATCH' | 'POST';
  body?: object;
  ifMatch?: string;
}

/** Alerts, webhooks and what raises the one and tells the other, as a script of an administrator sees them. */
export class AlertsApi {
  readonly #url: string;
  readonly #token: string;

  constructor(stack: Stack) {
    this.#url = `${stack.apiUrl}/admin`;
    this.#token = adminToken('e2e@example.com', secretsOf(stack).adminTokenSecret);
  }

  async openAlerts(tenantId?: string): Promise<Alert[]> {
    const of = tenantId === undefined ? '' : `&tenant=${tenantId}`;
    return (await this.#call<{ items: Alert[] }>(`/alerts?state=open&pageSize=100${of}`)).body.items;
  }

  async webhookIds(tenantId: string): Promise<string[]> {
    const { items } = (await this.#call<{ items: { id: string }[] }>(`/webhooks?tenant=${tenantId}`)).body;
    return items.map(({ id }) => id);
  }

  async deleteWebhook(webhookId: string): Promise<void> {
    await this.#call(`/webhooks/${webhookId}/delete`, { method: 'POST', body: { reason: 'the journey is over' } });
  }

  /** Changes a quota and returns what brings its terms back. */
  async changeQuota(tenantId: string, terms: QuotaTerms, reason: string): Promise<() => Promise<void>> {
    const path = `/tenants/${tenantId}/quota`;
    const { body: before } = await this.#call<QuotaTerms>(path);
    const { quotaMb, overageAllowed, overageLimitMb } = before;
    await this.#patchQuota(path, { ...terms, reason });
    return () => this.#patchQuota(path, { quotaMb, overageAllowed, overageLimitMb, reason: 'the journey is over' });
  }

  async #patchQuota(path: string, body: object): Promise<void> {
    const { etag } = await this.#call(path);
    await this.#call(path, { method: 'PATCH', body, ifMatch: etag });
  }

  /** On a busy machine the store may miss a deadline, which the API says by a 503: then it is asked again. */
  async #call<T>(path: string, call: Call = {}, triesLeft = 20): Promise<{ body: T; etag: string }> {
    const response = await fetch(this.#url + path, {
      method: call.method ?? 'GET',
      headers: {
        Authorization: `Bearer ${this.#token}`,
        'Content-Type': 'application/json',
        ...(call.ifMatch && { 'If-Match': call.ifMatch }),
      },
      ...(call.body && { body: JSON.stringify(call.body) }),
    });
    if (response.status === 503 && triesLeft > 0) {
      await delay(500);
      return this.#call(path, call, triesLeft - 1);
    }
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${text}`);
    return { body: (text === '' ? undefined : JSON.parse(text)) as T, etag: response.headers.get('etag') ?? '' };
  }
}
