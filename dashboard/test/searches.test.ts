import { describe, expect, it } from '@jest/globals';
import { auditSearch } from '@/features/audit/audit-search';
import { tenantsHref, tenantsSearch } from '@/features/tenants/tenants-search';

const of = (query: string) => new URLSearchParams(query);

describe('searches in the URL', () => {
  it('hold nothing that a database cannot look for', async () => {
    expect(await tenantsSearch(of('search=%00a%0d%0ab%00'))).toMatchObject({ search: 'ab' });
    expect(await auditSearch(of('tenant=%00x&actor=%00'))).toMatchObject({ tenant: 'x', actor: '' });
  });

  it('begin names at A and all else at the most', async () => {
    expect(await tenantsSearch(of('sort=name'))).toMatchObject({ order: 'asc' });
    expect(await tenantsSearch(of('sort=quota'))).toMatchObject({ order: 'desc' });
    expect(await tenantsSearch(of('sort=name&order=desc'))).toMatchObject({ order: 'desc' });
    expect(tenantsHref({ search: '', sort: 'name', order: 'desc', page: 1 })).toBe('/tenants?sort=name&order=desc');
    expect(tenantsHref({ search: '', sort: 'name', order: 'asc', page: 1 })).toBe('/tenants?sort=name');
  });

  it('keep a filter that exists, drop one that does not, and leave empty ones out of the address', async () => {
    const search = await tenantsSearch(of('state=warning&plan=%00Growth%20&page=3'));
    expect(search).toEqual({ search: '', state: 'warning', plan: 'Growth', sort: 'usage', order: 'desc', page: 3 });
    expect(tenantsHref(search)).toBe('/tenants?state=warning&plan=Growth&page=3');
    const none = await tenantsSearch(of('state=broken&plan=%00'));
    expect(none).toEqual({ search: '', sort: 'usage', order: 'desc', page: 1 });
    expect(tenantsHref(none)).toBe('/tenants');
  });

  it('bring pages back into range', async () => {
    expect(await tenantsSearch(of('page=-3'))).toMatchObject({ page: 1 });
    expect(await tenantsSearch(of('page=1e99'))).toMatchObject({ page: 1 });
  });
});
