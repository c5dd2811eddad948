import { AdminScript } from './admin-script.js';
import type { Stack } from './stack.js';

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

/** Alerts, webhooks and what raises the one and tells the other, as a script of an administrator sees them. */
export class AlertsApi {
  readonly #script: AdminScript;

  constructor(stack: Stack) {
    this.#script = new AdminScript(stack);
  }

  async openAlerts(tenantId?: string): Promise<Alert[]> {
    const of = tenantId === undefined ? '' : `&tenant=${tenantId}`;
    return (await this.#script.call<{ items: Alert[] }>(`/alerts?state=open&pageSize=100${of}`)).items;
  }

  async webhookIds(tenantId: string): Promise<string[]> {
    const { items } = await this.#script.call<{ items: { id: string }[] }>(`/webhooks?tenant=${tenantId}`);
    return items.map(({ id }) => id);
  }

  async deleteWebhook(webhookId: string): Promise<void> {
    await this.#script.call(`/webhooks/${webhookId}/delete`, { body: { reason: 'the journey is over' } });
  }

  /** Changes a quota and returns what brings its terms back. */
  async changeQuota(tenantId: string, terms: QuotaTerms, reason: string): Promise<() => Promise<void>> {
    const path = `/tenants/${tenantId}/quota`;
    const read = () => this.#script.call<QuotaTerms & { version: number }>(path);
    const { quotaMb, overageAllowed, overageLimitMb } = await read();
    const change = async (body: QuotaTerms & { reason: string }) => {
      await this.#script.call(path, { method: 'PATCH', body, ifMatch: async () => (await read()).version });
    };
    await change({ ...terms, reason });
    return () => change({ quotaMb, overageAllowed, overageLimitMb, reason: 'the journey is over' });
  }
}
