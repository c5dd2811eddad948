import { randomUUID } from 'node:crypto';
import type { Alert } from '../core/alert.js';
import { DEFAULT_ALERT_RULES } from '../core/alert-rules.js';
import type {
  AlertQuery,
  AlertRulesRecord,
  AlertStore,
  AlertSubject,
  AlertTransition,
  TenantPage,
} from '../core/alerts.js';
import type { Actor, Page, QuotaChange } from '../core/directory.js';
import { fail } from '../core/errors.js';
import type { TenantId } from '../core/tenant-id.js';
import { MemoryWebhooks } from './memory-webhooks.js';

/** Alerts remembered, the newest. */
const MAX_ALERTS = 10_000;

/** What was done; who and when are added where it is kept. */
export type AlertDeed = Pick<QuotaChange, 'tenantId' | 'action' | 'before' | 'after' | 'reason'>;

interface State {
  readonly subject: AlertSubject;
  alert: Alert | undefined;
  changedAtMs: number;
  raised: boolean;
}

/** Alerts and webhooks of one process, lost with it: for where there is no Postgres, and for tests. */
export class MemoryAlertStore implements AlertStore {
  readonly #states = new Map<string, State>();
  readonly #rules = new Map<TenantId, AlertRulesRecord>();
  #alerts: Alert[] = [];
  readonly #audit: (actor: Actor, deed: AlertDeed) => void;
  readonly #newId: () => string;
  readonly webhooks: MemoryWebhooks;

  constructor(audit: (actor: Actor, deed: AlertDeed) => void = () => {}, newId: () => string = randomUUID) {
    this.#audit = audit;
    this.#newId = newId;
    this.webhooks = new MemoryWebhooks({
      audit,
      newId,
      raised: (alert) => this.#keep(alert),
      changed: (alert) => this.#put(alert),
    });
  }

  async change(transitions: readonly AlertTransition[]): Promise<readonly AlertTransition[]> {
    return transitions.filter((transition) => this.#change(transition));
  }

  #change({ to, value, atMs: givenMs, ...subject }: AlertTransition): boolean {
    // A clock that is ahead would stand against every later change.
    const atMs = Math.min(Math.round(givenMs), Date.now());
    const key = `${subject.tenantId} ${subject.kind} ${subject.threshold}`;
    const state = this.#states.get(key) ?? {
      subject,
      alert: undefined,
      changedAtMs: Number.NEGATIVE_INFINITY,
      raised: false,
    };
    const known = this.#states.has(key);
    this.#states.set(key, state);
    if (known && (state.raised === (to === 'raised') || state.changedAtMs >= atMs)) return false;
    state.raised = to === 'raised';
    state.changedAtMs = atMs;
    const at = new Date(state.changedAtMs).toISOString();
    if (to === 'raised') {
      const open = { resolvedAt: null, resolvedValue: null, acknowledgedAt: null, acknowledgedBy: null };
      state.alert = { id: this.#newId(), ...subject, value, raisedAt: at, ...open };
      this.#keep(state.alert);
    } else if (state.alert) {
      const kept = this.#alerts.find(({ id }) => id === state.alert?.id) ?? state.alert;
      state.alert = { ...kept, resolvedAt: at, resolvedValue: value };
      this.#put(state.alert);
    } else return false;
    this.webhooks.queue(`alert.${to}`, state.alert);
    return true;
  }

  async raised(after: TenantId | undefined, count: number): Promise<TenantPage<AlertSubject>> {
    const raised = [...this.#states.values()].filter((state) => state.raised).map(({ subject }) => subject);
    const tenants = [...new Set(raised.map(({ tenantId }) => tenantId))].filter(
      (id) => after === undefined || id > after,
    );
    const page = tenants.sort().slice(0, count);
    const items = page.flatMap((tenant) => raised.filter(({ tenantId }) => tenantId === tenant));
    return { items, next: page.length < count ? undefined : page.at(-1) };
  }

  async changedRules(after: TenantId | undefined, count: number): Promise<TenantPage<AlertRulesRecord>> {
    const tenants = [...this.#rules.keys()].filter((id) => after === undefined || id > after).sort();
    const items = tenants.slice(0, count).map((id) => this.#rules.get(id) as AlertRulesRecord);
    return { items, next: items.length < count ? undefined : items.at(-1)?.tenantId };
  }

  async rules(tenantId: TenantId): Promise<AlertRulesRecord> {
    return this.#rulesOf(tenantId);
  }

  async changeRules(
    tenantId: TenantId,
    { rules, reason }: Parameters<AlertStore['changeRules']>[1],
    expectedVersion: number,
    actor: Actor,
  ): Promise<AlertRulesRecord> {
    const before = this.#rulesOf(tenantId);
    if (before.version !== expectedVersion) {
      throw fail('PRECONDITION_FAILED', { given: `version ${expectedVersion}`, allowed: `version ${before.version}` });
    }
    const after = { tenantId, rules, version: expectedVersion + 1, changedAtMs: Date.now() };
    this.#rules.set(tenantId, after);
    this.#audit(actor, { tenantId, action: 'alert-rules', before: { ...before.rules }, after: { ...rules }, reason });
    return after;
  }

  async alerts({ tenant, state, kind, page, pageSize }: AlertQuery): Promise<Page<Alert>> {
    const rows = this.#alerts.filter(
      (alert) =>
        (tenant === undefined || alert.tenantId === tenant) &&
        (kind === undefined || alert.kind === kind) &&
        (state === undefined || (alert.resolvedAt === null) === (state === 'open')),
    );
    rows.reverse().sort((a, b) => (a.raisedAt < b.raisedAt ? 1 : a.raisedAt > b.raisedAt ? -1 : 0));
    return { items: rows.slice((page - 1) * pageSize, page * pageSize), total: rows.length, page, pageSize };
  }

  async acknowledge(id: string, reason: string, actor: Actor): Promise<Alert> {
    const alert = this.#alerts.find((one) => one.id === id);
    if (!alert) throw fail('ALERT_NOT_FOUND');
    if (alert.acknowledgedAt !== null) return alert;
    const after = { ...alert, acknowledgedAt: new Date().toISOString(), acknowledgedBy: actor.id };
    this.#put(after);
    const { tenantId, kind, threshold, raisedAt } = alert;
    const facts = { alert: id, kind, threshold, raisedAt, acknowledgedBy: actor.id };
    this.#audit(actor, { tenantId, action: 'alert', before: null, after: facts, reason });
    return after;
  }

  #rulesOf(tenantId: TenantId): AlertRulesRecord {
    return this.#rules.get(tenantId) ?? { tenantId, rules: DEFAULT_ALERT_RULES, version: 0, changedAtMs: 0 };
  }

  #keep(alert: Alert): void {
    this.#alerts.push(alert);
    if (this.#alerts.length > MAX_ALERTS) this.#alerts.splice(0, this.#alerts.length - MAX_ALERTS);
  }

  #put(alert: Alert): void {
    this.#alerts = this.#alerts.map((one) => (one.id === alert.id ? alert : one));
  }
}
