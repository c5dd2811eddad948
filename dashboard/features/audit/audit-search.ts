import {
  createLoader,
  createSerializer,
  type LoaderInput,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs/server';
import { searchable } from '@/data/searchable';
import { AUDIT_ACTIONS, type AuditAction } from './audit-actions';

export const AUDIT_PAGE_SIZE = 25;

export const AUDIT_SEARCH = {
  tenant: parseAsString.withDefault(''),
  actor: parseAsString.withDefault(''),
  action: parseAsStringLiteral(['', ...AUDIT_ACTIONS]).withDefault(''),
  page: parseAsInteger.withDefault(1),
};

export interface AuditSearch {
  /** Part of a tenant's name or id. */
  tenant: string;
  actor: string;
  /** One kind of deed; empty: all. */
  action: AuditAction | '';
  page: number;
}

const load = createLoader(AUDIT_SEARCH);
const serialize = createSerializer(AUDIT_SEARCH);

export async function auditSearch(params: LoaderInput | Promise<LoaderInput>): Promise<AuditSearch> {
  const { tenant, actor, action, page } = load(await params);
  return {
    tenant: searchable(tenant, 100),
    actor: searchable(actor, 200),
    action,
    page: Math.min(Math.max(1, page), 100_000),
  };
}

export function auditHref(search: AuditSearch, path = '/audit'): string {
  return serialize(path, search);
}
