/** What the audit calls its kinds of deeds, and what they are to its readers. */
export const ACTION_WORDS = {
  quota: 'Quotas',
  fleet: 'All tenants',
  tenant: 'Tenants',
  'api-key': 'API keys',
  webhook: 'Webhooks',
  'alert-rules': 'Alert rules',
  alert: 'Alerts',
  invalidate: 'Invalidations',
  entry: 'Entries shown or deleted',
  clear: 'Cleared caches',
  shared: 'Shared data',
  warming: 'Warm-ups',
  reconcile: 'Recounts',
  reset: 'Closed periods',
  view: 'Views as tenant',
} as const;

export type AuditAction = keyof typeof ACTION_WORDS;
export const AUDIT_ACTIONS = Object.keys(ACTION_WORDS) as AuditAction[];
