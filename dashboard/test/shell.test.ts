import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { parseEnvironment } from '@/data/environment';
import { innerPath, mismatch, missingFields } from '@/features/auth/sign-in-messages';
import { contentSecurityPolicy, TOASTER_STYLE_HASH } from '@/features/navigation/content-security-policy';
import { isCurrent } from '@/features/navigation/destinations';
import { sortedBy, tenantsHref, tenantsSearch } from '@/features/tenants/tenants-search';

describe('content security policy', () => {
  it('allows scripts by nonce only, and no frame', () => {
    const policy = contentSecurityPolicy('abc', false);
    expect(policy).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic';");
    expect(policy).not.toContain('unsafe-eval');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/style-src(-elem)? [^;]*unsafe-inline/);
  });

  it('knows the stylesheet of the installed toaster', () => {
    const source = readFileSync(createRequire(import.meta.url).resolve('sonner'), 'utf8');
    const literal = /__insertCSS\(("(?:[^"\\]|\\.)*")\)/.exec(source)?.[1] ?? '""';
    const css = JSON.parse(literal) as string;
    expect(`sha256-${createHash('sha256').update(css).digest('base64')}`).toBe(TOASTER_STYLE_HASH);
  });
});

describe('sign-in', () => {
  it('says how many tries are left and what follows', () => {
    expect(mismatch(4, 15)).toBe('E-mail and password do not match. 4 tries left, then 15 minutes pause.');
    expect(mismatch(1, 15)).toBe('E-mail and password do not match. 1 try left, then 15 minutes pause.');
    expect(mismatch(0, 15)).toContain('That was the last try');
  });

  it('names the field that is missing', () => {
    expect(missingFields('', '')).toEqual({ email: 'Type your e-mail.', password: 'Type your password.' });
    expect(missingFields('ada', 'x').email).toContain('You typed ada.');
    expect(missingFields('ada@example.com', 'x')).toEqual({});
  });

  it('goes on only to a path of this site', () => {
    expect(innerPath('/tenants?search=a')).toBe('/tenants?search=a');
    for (const next of [
      '//evil.example',
      '/..//evil.example',
      '/./%2e/..//evil.example',
      '/\\evil.example',
      'https://evil.example',
      'tenants',
      '/a\\b',
      '/a b',
      '',
      undefined,
    ]) {
      expect(innerPath(next)).toBeUndefined();
    }
  });
});

const ENVIRONMENT = {
  DATABASE_URL: 'postgresql://app:app@127.0.0.1/db',
  DATABASE_ADMIN_URL: 'postgresql://admin:admin@127.0.0.1/db',
  API_URL: 'http://127.0.0.1:8080',
  ADMIN_TOKEN_SECRET: 'x'.repeat(32),
  SESSION_SECRET: 'y'.repeat(32),
};

describe('environment', () => {
  it('takes what is complete, and an empty variable as absent', () => {
    expect(parseEnvironment({ ...ENVIRONMENT, PROMETHEUS_URL: '' }).PROMETHEUS_URL).toBeUndefined();
  });

  it('names each variable that is missing or wrong, never its value', () => {
    const wrong = {
      ...ENVIRONMENT,
      API_URL: undefined,
      SESSION_SECRET: 'hunter2',
      DATABASE_URL: 'mysql://app:pass@h/db',
    };
    expect(() => parseEnvironment(wrong)).toThrow(/API_URL.*/);
    expect(() => parseEnvironment(wrong)).toThrow(/SESSION_SECRET must have at least 32 characters/);
    expect(() => parseEnvironment(wrong)).toThrow(/DATABASE_URL must be the Postgres URL of the app role/);
    expect(() => parseEnvironment(wrong)).not.toThrow(/hunter2|pass/);
  });
});

describe('the number of proxies in front', () => {
  const hops = (value: string) => parseEnvironment({ ...ENVIRONMENT, TRUSTED_PROXY_HOPS: value }).TRUSTED_PROXY_HOPS;

  it.each([
    ['', 0],
    ['0', 0],
    ['8', 8],
  ])('%j is %i', (value, number) => expect(hops(value)).toBe(number));

  it.each(['-1', '1.5', '9', 'two'])('is asked for within its range where %s was given', (value) => {
    expect(() => hops(value)).toThrow('must be the number of proxies in front, 0 to 8');
  });
});

describe('navigation and search', () => {
  it('marks the page itself and those below it', () => {
    expect(isCurrent('/', '/tenants')).toBe(false);
    expect(isCurrent('/tenants', '/tenants/a/quota')).toBe(true);
    expect(isCurrent('/tenants', '/tenantsx')).toBe(false);
  });

  it('brings a URL back into range and leaves defaults out of it', async () => {
    const search = await tenantsSearch(new URLSearchParams('page=-3&sort=hack&search=%20ibex%20'));
    expect(search).toEqual({ search: 'ibex', sort: 'usage', order: 'desc', page: 1 });
    expect(tenantsHref(search)).toBe('/tenants?search=ibex');
  });

  it('turns the order of the same column and starts a new one on page 1', () => {
    const search = { search: '', sort: 'usage', order: 'desc', page: 4 } as const;
    expect(sortedBy(search, 'usage')).toEqual({ ...search, order: 'asc', page: 1 });
    expect(sortedBy(search, 'name')).toEqual({ ...search, sort: 'name', order: 'asc', page: 1 });
  });
});
