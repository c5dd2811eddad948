import { describe, expect, it } from '@jest/globals';
import { matching } from '@/features/palette/actions';
import { placesOf } from '@/features/palette/places';

type Reader = Parameters<typeof placesOf>[0];
const admin: Reader = { area: 'fleet', admin: true, viewsAs: false };
const user: Reader = { area: 'tenant', admin: false, viewsAs: false };

/** What typing these words leads to, as the palette searches. */
function found(reader: Reader, text: string): string[] {
  const entries = placesOf(reader).map((place) => ({ ...place, keywords: `${place.about} ${place.keywords}` }));
  return matching(entries, text).map(({ href }) => href);
}

describe('the pages that the palette finds', () => {
  it.each([
    ['quo', '/tenants'],
    ['quotas', '/audit'],
    ['plan', '/settings'],
    ['evict', '/'],
    ['invoice', '/billing'],
    ['billing', '/billing'],
    ['password', '/account'],
    ['password', '/settings/people'],
    ['kill switch', '/settings/enforcement'],
    ['webhook', '/settings/webhooks'],
    ['api key', '/settings/keys'],
  ])('staff that types “%s” is led to %s', (text, href) => expect(found(admin, text)).toContain(href));

  it.each([
    ['quo', '/my/quota'],
    ['evict', '/my/quota'],
    ['invoice', '/my/statements'],
    ['billing', '/my/statements'],
    ['password', '/account'],
  ])('a tenant’s user that types “%s” is led to %s', (text, href) => expect(found(user, text)).toContain(href));

  it('leads nobody to a page that is closed to them', () => {
    expect(found({ ...admin, admin: false }, 'people')).toEqual([]);
    expect(found({ ...user, viewsAs: true }, 'password')).toEqual([]);
    expect(found(user, '').every((href) => href === '/account' || href === '/usage' || href.startsWith('/my/'))).toBe(
      true,
    );
  });
});
