'use client';

import { useMemo, useSyncExternalStore } from 'react';
import { type Quota, quotaState } from '@/data/quota-schema';
import type { Tenant } from '@/data/tenants';

interface Shown {
  readonly quota: Quota;
  /** Sent and not yet answered: shown whatever the version says. */
  readonly expected: boolean;
}

const shown = new Map<string, Shown>();
const listeners = new Set<() => void>();

function put(tenantId: string, entry: Shown | undefined): void {
  if (entry) shown.set(tenantId, entry);
  else shown.delete(tenantId);
  for (const listener of listeners) listener();
}

/** Shows a quota as soon as it is sent; `showQuota` or `forgetQuota` follows once it is answered. */
export function expectQuota(quota: Quota): void {
  put(quota.tenantId, { quota, expected: true });
}

/** Shows a saved quota until what is read is as new. */
export function showQuota(quota: Quota): void {
  put(quota.tenantId, { quota, expected: false });
}

export function forgetQuota(tenantId: string): void {
  put(tenantId, undefined);
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A tenant as read, with the quota that this browser changed meanwhile. */
export function useShownTenant(tenant: Tenant): Tenant {
  const entry = useSyncExternalStore(
    subscribe,
    () => shown.get(tenant.tenantId),
    () => undefined,
  );
  return useMemo(() => withQuota(tenant, entry), [tenant, entry]);
}

/** @internal exported for its test */
export function withQuota(tenant: Tenant, entry: Shown | undefined): Tenant {
  if (!entry || (!entry.expected && entry.quota.version <= tenant.quota.version)) return tenant;
  const { quota } = entry;
  const { usage } = tenant;
  return { ...tenant, quota, usage: usage && { ...usage, state: quotaState(usage.usedBytes, quota) } };
}
