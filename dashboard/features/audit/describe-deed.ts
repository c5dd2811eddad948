import { count, counted } from '@/components/ui/figures';
import type { AuditRow, Facts } from '@/data/audit';

/** What was done, in two or three words, and to which key, webhook, job, … of those that the tenant or the fleet has. */
export interface Deed {
  readonly what: string;
  readonly about: string | undefined;
}

type States = AuditRow['facts'];
type Describe = (states: States) => Deed;

const DEEDS: Record<string, string | Describe> = {
  clear: 'Cache cleared',
  reset: 'Period closed',
  reconcile: 'Usage recounted',
  'alert-rules': 'Alert rules changed',
  alert: ({ after }) => ({ what: 'Alert acknowledged', about: alertWords(after) }),
  webhook: (states) => ({ what: webhookDeed(states), about: text(present(states)?.host) }),
  tenant: tenantDeed,
  invalidate: ({ after }) => ({ what: 'Entries invalidated', about: targetWords(after) }),
  entry: ({ after }) => ({ what: entryDeed(after), about: text(after?.resource) }),
  'api-key': (states) => ({ what: keyDeed(states), about: text(present(states)?.name) }),
  shared: ({ after }) => ({ what: 'Shared data invalidated', about: sharedWords(after) }),
  warming: ({ after }) => ({
    what: after?.cancelled === undefined ? 'Warm-up started' : 'Warm-up cancelled',
    about: text(after?.cancelled) ?? text(after?.began),
  }),
  view: ({ after }) => ({ what: VIEWS[text(after?.view) ?? ''] ?? 'Viewed as tenant', about: undefined }),
};

const VIEWS: Record<string, string> = {
  started: 'View as tenant began',
  ended: 'View as tenant ended',
  expired: 'View as tenant expired',
};

/** Of whatever is no quota and no setting of all tenants. */
export function describeDeed({ action, facts }: Pick<AuditRow, 'action' | 'facts'>): Deed {
  const deed = DEEDS[action] ?? 'Changed';
  return typeof deed === 'string' ? { what: deed, about: undefined } : deed(facts);
}

function webhookDeed({ before, after }: States): string {
  if (after?.secret !== undefined) return 'Webhook secret rotated';
  if (after?.ping !== undefined) return 'Webhook tested';
  if (after?.replayed !== undefined) return 'Delivery sent again';
  if (before === null) return 'Webhook added';
  if (after === null) return 'Webhook removed';
  if (before.active === after.active) return 'Webhook changed';
  return after.active === true ? 'Webhook switched on' : 'Webhook switched off';
}

function keyDeed({ before, after }: States): string {
  if (before === null) return 'API key created';
  if (after?.rotated !== undefined) return 'API key rotated';
  return before.revokedAt === null && typeof after?.revokedAt === 'string' ? 'API key revoked' : 'API key changed';
}

function entryDeed(after: Facts | null): string {
  if (after?.kind === 'value') return 'Value shown';
  return typeof after?.keys === 'number' && after.keys > 1 ? `${count(after.keys)} entries deleted` : 'Entry deleted';
}

function tenantDeed({ before, after }: States): Deed {
  if (before === null) return { what: 'Tenant created', about: text(after?.plan) };
  if (after === null) return { what: 'Tenant removed', about: text(before.name) };
  const differs = (['name', 'plan', 'suspended'] as const).filter((fact) => before[fact] !== after[fact]);
  const [only] = differs;
  if (differs.length !== 1 || only === undefined) return { what: 'Tenant changed', about: undefined };
  if (only === 'suspended')
    return { what: after.suspended === true ? 'Tenant suspended' : 'Tenant resumed', about: undefined };
  return {
    what: only === 'name' ? 'Tenant renamed' : 'Plan changed',
    about: `${text(before[only])} to ${text(after[only])}`,
  };
}

function targetWords(after: Facts | null): string | undefined {
  if (typeof after?.tags === 'number') return counted(after.tags, 'tag');
  const resource = text(after?.resource);
  if (resource === undefined) return undefined;
  return typeof after?.keys === 'number' ? `${counted(after.keys, 'key')} of ${resource}` : resource;
}

function sharedWords(after: Facts | null): string | undefined {
  const dataset = text(after?.dataset);
  if (dataset === undefined) return undefined;
  if (Array.isArray(after?.groups)) {
    const [first] = after.groups;
    return `${dataset}: ${after.groups.length === 1 ? text(first) : counted(after.groups.length, 'group')}`;
  }
  const prefix = text(after?.prefix);
  return prefix === undefined ? `${dataset}: all` : `${dataset}: ${prefix}…`;
}

function alertWords(after: Facts | null): string | undefined {
  const kind = text(after?.kind);
  if (kind === undefined || typeof after?.threshold !== 'number') return kind;
  return kind === 'quota' ? `quota, ${after.threshold}\u00a0%` : kind;
}

function present({ before, after }: States): Facts | null {
  return after ?? before;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
