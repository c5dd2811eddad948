import type { BusMessage } from '../core/contracts.js';
import type { EntryId } from '../core/resource.js';
import { type TenantId, tenantId } from '../core/tenant-id.js';

/** Composed by the process, so that the scripts publish a ready text and encode nothing. */
export function entriesMessage(tenant: TenantId, origin: string, ids: readonly EntryId[]): string {
  return `{"type":"entries","tenant":"${tenant}","origin":"${origin}","ids":${JSON.stringify(ids)}}`;
}

/** Up to the sequence, which the script knows and appends with the closing brace. */
export function clearMessageHead(tenant: TenantId, origin: string): string {
  return `{"type":"clear","tenant":"${tenant}","origin":"${origin}","sequence":`;
}

export function settingsMessage(tenant: TenantId, origin: string): string {
  return JSON.stringify({ type: 'settings', tenant, origin } satisfies BusMessage);
}

/** Undefined for anything that this version does not send. */
export function parseBusMessage(text: string): BusMessage | undefined {
  try {
    const { type, tenant: rawTenant, origin, ids, sequence } = JSON.parse(text) as Record<string, unknown>;
    const tenant = tenantId(rawTenant);
    if (typeof origin !== 'string') return undefined;
    if (type === 'settings') return { type, tenant, origin };
    if (type === 'clear' && Number.isSafeInteger(sequence)) {
      return { type, tenant, origin, sequence: sequence as number };
    }
    if (type === 'entries' && Array.isArray(ids) && ids.every((id) => typeof id === 'string')) {
      return { type, tenant, origin, ids: ids as EntryId[] };
    }
    return undefined;
  } catch {
    return undefined;
  }
}
