import { type AlertRules, DEFAULT_ALERT_RULES, type RuleKind, thresholdsOf } from '../core/alert-rules.js';
import type { AlertStore, AlertSubject, AlertTransition } from '../core/alerts.js';
import type { TenantId } from '../core/tenant-id.js';

/** Tenants of one call to the store. */
const PAGE = 1_000;

/** What one process knows of rules that are not the defaults, and of what is raised: a few tenants of many. */
export class AlertBook {
  readonly #store: Pick<AlertStore, 'raised' | 'changedRules'>;
  #rules = new Map<TenantId, AlertRules>();
  #raised = new Map<TenantId, AlertSubject[]>();
  /** False until the store has answered once. */
  loaded = false;

  constructor(store: Pick<AlertStore, 'raised' | 'changedRules'>) {
    this.#store = store;
  }

  rulesOf(tenant: TenantId): AlertRules {
    return this.#rules.get(tenant) ?? DEFAULT_ALERT_RULES;
  }

  raisedOf(tenant: TenantId): readonly AlertSubject[] | undefined {
    return this.#raised.get(tenant);
  }

  /** Everything of these kinds that is raised. */
  *raised(...kinds: readonly RuleKind[]): Iterable<AlertSubject> {
    for (const subjects of this.#raised.values()) {
      for (const subject of subjects) if (kinds.includes(subject.kind)) yield subject;
    }
  }

  /** Whether its rules still ask for this one. */
  wants({ tenantId, kind, threshold }: AlertSubject): boolean {
    return thresholdsOf(this.rulesOf(tenantId), kind).includes(threshold);
  }

  note({ tenantId, kind, threshold, to }: AlertTransition): void {
    note(this.#raised, { tenantId, kind, threshold }, to);
  }

  /** Reads both anew. @param waiting what the store does not have yet: it holds over what the store says */
  async load(waiting: () => readonly AlertTransition[]): Promise<void> {
    const rules = new Map<TenantId, AlertRules>();
    const raised = new Map<TenantId, AlertSubject[]>();
    let after: TenantId | undefined;
    do {
      const page = await this.#store.changedRules(after, PAGE);
      for (const record of page.items) rules.set(record.tenantId, record.rules);
      after = page.next;
    } while (after !== undefined);
    do {
      const page = await this.#store.raised(after, PAGE);
      for (const subject of page.items) note(raised, subject, 'raised');
      after = page.next;
    } while (after !== undefined);
    for (const { tenantId, kind, threshold, to } of waiting()) note(raised, { tenantId, kind, threshold }, to);
    this.#rules = rules;
    this.#raised = raised;
    this.loaded = true;
  }
}

function note(raised: Map<TenantId, AlertSubject[]>, subject: AlertSubject, to: AlertTransition['to']): void {
  const others = (raised.get(subject.tenantId) ?? []).filter(
    ({ kind, threshold }) => kind !== subject.kind || threshold !== subject.threshold,
  );
  if (to === 'raised') others.push(subject);
  if (others.length > 0) raised.set(subject.tenantId, others);
  else raised.delete(subject.tenantId);
}
