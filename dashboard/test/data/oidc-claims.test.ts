import { describe, expect, it } from '@jest/globals';
import { identityOf } from '@/data/oidc-claims';
import { oidcProblems, roleMapping } from '@/data/oidc-settings';

const CLAIMS = {
  iss: 'https://id.example.com',
  sub: 'u-1',
  email: 'Ida@Example.com',
  email_verified: true,
  name: 'Ida',
};
const names = (roles?: string) => ({ role: 'groups', tenant: 'org', roles: roleMapping(roles) ?? new Map() });
const read = (more: Record<string, unknown>, roles?: string) => identityOf({ ...CLAIMS, ...more }, names(roles));

describe('who a company account is', () => {
  it('comes from issuer, subject, role and tenant', () => {
    expect(read({ groups: ['staff', 'tenant_admin'], org: 'org_a' })).toEqual({
      issuer: CLAIMS.iss,
      subject: 'u-1',
      email: 'ida@example.com',
      name: 'Ida',
      role: 'tenant_admin',
      tenantId: 'org_a',
    });
  });

  it('takes the first role of the mapping that somebody has, whatever the order of the claim', () => {
    const mapping = 'cache-admins=admin,cache-readers=viewer';
    expect(read({ groups: ['cache-readers', 'cache-admins'] }, mapping)).toMatchObject({ role: 'admin' });
    expect(read({ groups: 'admin' }, mapping)).toBe('role');
  });

  it('takes an empty claim of a tenant as none', () => {
    expect(read({ groups: 'admin', org: '' })).toMatchObject({ role: 'admin', tenantId: null });
  });

  it('has a subject of 255 characters at the most', () => {
    expect(read({ groups: 'admin', sub: 'x'.repeat(255) })).toMatchObject({ subject: 'x'.repeat(255) });
    expect(read({ groups: 'admin', sub: 'x'.repeat(256) })).toBe('failed');
  });

  it.each([
    ['role', {}],
    ['role', { groups: 'root' }],
    ['role', { groups: { admin: true } }],
    ['tenant', { groups: 'admin', org: 'org_a' }],
    ['tenant', { groups: 'tenant_admin' }],
    ['tenant', { groups: 'tenant_admin', org: ['org_a', 'org_b'] }],
    ['tenant', { groups: 'tenant_admin', org: '../org_b' }],
    ['tenant', { groups: 'tenant_admin', org: 7 }],
    ['email', { groups: 'admin', email_verified: false }],
    ['email', { groups: 'admin', email_verified: 'true' }],
    ['email', { groups: 'admin', email: 'ida' }],
    ['failed', { groups: 'admin', sub: '' }],
    ['failed', { groups: 'admin', sub: 7 }],
    ['failed', { groups: 'admin', sub: 'u-1\u0000' }],
    ['failed', { groups: 'admin', iss: undefined }],
  ])('is refused with %s for %j', (refusal, claims) => {
    expect(read(claims)).toBe(refusal);
  });
});

describe('the variables of company accounts', () => {
  const good = {
    OIDC_ISSUER: 'https://id.example.com',
    OIDC_CLIENT_ID: 'id',
    OIDC_CLIENT_SECRET: 'secret',
    PUBLIC_URL: 'https://cache.example.com',
  };

  it('are all there or none', () => {
    expect(oidcProblems({})).toEqual([]);
    expect(oidcProblems(good)).toEqual([]);
    expect(oidcProblems({ ...good, OIDC_CLIENT_SECRET: undefined })).toMatchObject([{ name: 'OIDC_CLIENT_SECRET' }]);
  });

  it('name no issuer that sends tokens in the clear, and no address to come back to that a header chooses', () => {
    expect(oidcProblems({ ...good, OIDC_ISSUER: 'http://id.example.com' })).toMatchObject([{ name: 'OIDC_ISSUER' }]);
    expect(oidcProblems({ ...good, PUBLIC_URL: undefined })).toMatchObject([{ name: 'PUBLIC_URL' }]);
    expect(oidcProblems({ ...good, OIDC_ISSUER: 'http://127.0.0.1:4000', PUBLIC_URL: undefined })).toEqual([]);
  });

  it.each(['admins', 'admins=root', '=admin', ''])('hold no mapping like %j', (mapping) => {
    expect(oidcProblems({ ...good, OIDC_ROLES: mapping })).toMatchObject([{ name: 'OIDC_ROLES' }]);
  });
});
