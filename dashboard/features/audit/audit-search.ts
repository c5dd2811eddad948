import { createLoader, createSerializer, type LoaderInput, parseAsInteger, parseAsString } from 'nuqs/server';
import { searchable } from '@/data/searchable';

export const AUDIT_PAGE_SIZE = 25;

export const AUDIT_SEARCH = {
  tenant: parseAsString.withDefault(''),
  actor: parseAsString.withDefault(''),
  page: parseAsInteger.withDefault(1),
};

export interface AuditSearch {
  /** Part of a tenant's name or id. */
  tenant: string;
  actor: string;
  page: number;
}

const load = createLoader(AUDIT_SEARCH);
const serialize = createSerializer(AUDIT_SEARCH);

export async function auditSearch(params: LoaderInput | Promise<LoaderInput>): Promise<AuditSearch> {
  const { tenant, actor, page } = load(await params);
  return {
    tenant: searchable(tenant, 100),
    actor: searchable(actor, 200),
    page: Math.min(Math.max(1, page), 100_000),
  };
}

export function auditHref(search: AuditSearch, path = '/audit'): string {
  return serialize(path, search);
}
