import { durationMs } from '../core/duration.js';
import { type EntryId, entryId, type Resource } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';
import type { TtlCategories, TtlDecision, TtlExplanation, TtlPolicy, TtlRequest } from '../core/ttl-decision.js';
import { type TtlRule, type TtlRules, unknownCategory } from '../core/ttl-options.js';
import { resourceName } from './entry-options.js';
import { TtlHistories } from './ttl-history.js';
import { adaptiveTtl, dynamicTtl } from './ttl-modes.js';
import { durationText } from './ttl-text.js';

/** A rule with what is said of it, made once, so that a fixed time costs two look-ups. */
interface Said {
  readonly rule: TtlRule;
  readonly label: string;
  readonly decision: TtlDecision;
}

/** Names made of ids must not fill the memory. */
const MAX_LEARNED = 1_000;

/** The call's own time, else the tenant's rule, the category's, the resource's time, the cache's. */
export class CategoryTtlPolicy implements TtlPolicy, TtlCategories {
  readonly #categories: ReadonlyMap<string, Said>;
  readonly #resources: ReadonlyMap<string, string>;
  /** Of resources that bring their category with a store. */
  readonly #learned = new Map<string, string>();
  readonly #tenants: ReadonlyMap<TenantId, ReadonlyMap<string, Said>>;
  readonly #histories: TtlHistories | undefined;
  readonly #defaultTtlMs: number;
  readonly #now: () => number;

  constructor(rules: TtlRules, defaultTtlMs: number, now: () => number = Date.now) {
    this.#categories = say(rules.categories, 'category');
    this.#resources = rules.resources;
    this.#tenants = new Map([...rules.tenants].map(([tenant, own]) => [tenant, say(own, 'set for this tenant,')]));
    const all = [rules.categories, ...rules.tenants.values()].flatMap((map) => [...map.values()]);
    const moves = all.some(({ mode }) => mode !== 'static');
    this.#histories = moves ? new TtlHistories(rules.historyBytes) : undefined;
    this.#defaultTtlMs = defaultTtlMs;
    this.#now = now;
  }

  decide(request: TtlRequest): TtlDecision {
    const { tenant, resource, ttlMs, category } = request;
    if (category !== undefined) this.#learn(resource, category);
    if (request.explicit) return { ttlMs, reason: `${durationText(ttlMs)}, said by the call` };
    const said = this.#find(tenant, resource, category);
    if (said === undefined) return unruled(ttlMs);
    return said.rule.mode === 'static' ? said.decision : this.#follow(said, request);
  }

  noteAccess(tenant: TenantId, id: EntryId): void {
    const history = this.#histories?.get(tenant, id);
    if (history !== undefined) history.asked++;
  }

  assertCategory(category: string): void {
    if (!this.#categories.has(category)) throw unknownCategory('category', category, this.#categories);
  }

  categoryOf(resource: string): string | undefined {
    return this.#learned.get(resource) ?? this.#resources.get(resource);
  }

  ruleOf(category: string, tenant?: TenantId): TtlRule | undefined {
    const own = tenant === undefined ? undefined : this.#tenants.get(tenant)?.get(category);
    return (own ?? this.#categories.get(category))?.rule;
  }

  explain(tenant: TenantId, resource: string | Resource<unknown>, key: string): TtlExplanation {
    const name = resourceName(resource);
    const history = this.#histories?.peek(tenant, entryId(name, key));
    if (history !== undefined && history.reason !== '') {
      return { ttlMs: history.ttlMs, reason: history.reason, history: [...history.steps] };
    }
    const category = typeof resource === 'string' ? undefined : resource.category;
    const said = this.#find(tenant, name, category);
    return { ...(said?.decision ?? this.#inherited(resource)), history: [] };
  }

  #learn(resource: string, category: string): void {
    if (this.#learned.size < MAX_LEARNED || this.#learned.has(resource)) this.#learned.set(resource, category);
  }

  #find(tenant: TenantId, resource: string, ofCall: string | undefined): Said | undefined {
    const category = ofCall ?? this.#resources.get(resource);
    const own = this.#tenants.get(tenant);
    const override = own && (own.get(resource) ?? (category === undefined ? undefined : own.get(category)));
    return override ?? (category === undefined ? undefined : this.#categories.get(category));
  }

  #follow({ rule, label, decision }: Said, { tenant, id, value, payload }: TtlRequest): TtlDecision {
    try {
      const nowMs = this.#now();
      const history = (this.#histories as TtlHistories).open(tenant, id, rule, label, nowMs);
      const verdict =
        rule.mode === 'dynamic' ? dynamicTtl(history, value, nowMs) : adaptiveTtl(history, payload, nowMs);
      if (verdict !== undefined) history.record(nowMs, verdict);
      return { ttlMs: history.ttlMs, reason: history.reason };
    } catch {
      // A value may have getters that throw; how long it is fresh must not decide whether it is stored.
      return decision;
    }
  }

  #inherited(resource: string | Resource<unknown>): TtlDecision {
    const own = typeof resource === 'string' ? undefined : resource.load.ttl;
    const ttlMs = own === undefined ? this.#defaultTtlMs : durationMs(own, 'ttl', 1);
    return unruled(ttlMs);
  }
}

function say(rules: ReadonlyMap<string, TtlRule>, kind: string): Map<string, Said> {
  const said = new Map<string, Said>();
  for (const [name, rule] of rules) {
    const label = `${kind} ${name}`;
    said.set(name, { rule, label, decision: { ttlMs: rule.ttlMs, reason: `${durationText(rule.ttlMs)}, ${label}` } });
  }
  return said;
}

function unruled(ttlMs: number): TtlDecision {
  return { ttlMs, reason: `${durationText(ttlMs)}, no category: the time of the resource or the cache` };
}
