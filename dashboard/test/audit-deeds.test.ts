import { describe, expect, it } from '@jest/globals';
import type { Facts } from '@/data/audit';
import { describeDeed } from '@/features/audit/describe-deed';

const deed = (action: string, before: Facts | null, after: Facts | null) => {
  const { what, about } = describeDeed({ action, facts: { before, after } });
  return about === undefined ? what : `${what} · ${about}`;
};

/** Facts as each of them is written where the deed is done: see `recordDeed` and `insertAudit`. */
describe('a deed of the audit', () => {
  it('is told from its opposite', () => {
    const key = { name: 'CI', prefix: 'tck_abc', scopes: [], revokedAt: null };
    expect(deed('api-key', null, key)).toBe('API key created · CI');
    expect(deed('api-key', key, { ...key, rotated: 'k' })).toBe('API key rotated · CI');
    expect(deed('api-key', key, { ...key, revokedAt: '2026-01-01T00:00:00Z' })).toBe('API key revoked · CI');

    const webhook = { webhook: 'w', host: 'ops.example.com', events: ['alert.raised'], active: true };
    expect(deed('webhook', null, webhook)).toBe('Webhook added · ops.example.com');
    expect(deed('webhook', webhook, null)).toBe('Webhook removed · ops.example.com');
    expect(deed('webhook', webhook, { ...webhook, active: false })).toBe('Webhook switched off · ops.example.com');
    expect(deed('webhook', { ...webhook, active: false }, webhook)).toBe('Webhook switched on · ops.example.com');
    expect(deed('webhook', webhook, { ...webhook, events: [] })).toBe('Webhook changed · ops.example.com');
    expect(deed('webhook', null, { ...webhook, secret: 'rotated' })).toBe('Webhook secret rotated · ops.example.com');
    const { host } = webhook;
    expect(deed('webhook', null, { webhook: 'w', host, ping: 'd' })).toBe('Webhook tested · ops.example.com');
    expect(deed('webhook', null, { webhook: 'w', host, replayed: 'd' })).toBe('Delivery sent again · ops.example.com');

    expect(deed('warming', null, { began: 'market' })).toBe('Warm-up started · market');
    expect(deed('warming', null, { cancelled: 'market', run: '1' })).toBe('Warm-up cancelled · market');
    const views = ['started', 'ended', 'expired'].map((view) => deed('view', null, { view }));
    expect(views).toEqual(['View as tenant began', 'View as tenant ended', 'View as tenant expired']);
  });

  it('of an entry is not a deletion where its value was shown', () => {
    expect(deed('entry', null, { kind: 'value', resource: 'portfolio' })).toBe('Value shown · portfolio');
    expect(deed('entry', null, { kind: 'keys', resource: 'portfolio', keys: 1 })).toBe('Entry deleted · portfolio');
    expect(deed('entry', null, { kind: 'keys', resource: 'portfolio', keys: 1_200 })).toBe(
      '1,200 entries deleted · portfolio',
    );
  });

  it('of a tenant says which fact changed', () => {
    const tenant = { name: 'Acme', plan: 'Free', suspended: false };
    expect(deed('tenant', null, tenant)).toBe('Tenant created · Free');
    expect(deed('tenant', tenant, null)).toBe('Tenant removed · Acme');
    expect(deed('tenant', tenant, { ...tenant, name: 'Acme Ltd' })).toBe('Tenant renamed · Acme to Acme Ltd');
    expect(deed('tenant', tenant, { ...tenant, plan: 'Scale' })).toBe('Plan changed · Free to Scale');
    expect(deed('tenant', tenant, { ...tenant, suspended: true })).toBe('Tenant suspended');
    expect(deed('tenant', { ...tenant, suspended: true }, tenant)).toBe('Tenant resumed');
    expect(deed('tenant', tenant, { ...tenant, plan: 'Scale', suspended: true })).toBe('Tenant changed');
  });

  it('names what was invalidated, as far as the audit keeps it', () => {
    expect(deed('invalidate', null, { kind: 'tags', tags: 1 })).toBe('Entries invalidated · 1 tag');
    expect(deed('invalidate', null, { kind: 'prefix', resource: 'portfolio' })).toBe('Entries invalidated · portfolio');
    expect(deed('invalidate', null, { kind: 'keys', resource: 'portfolio', keys: 3 })).toBe(
      'Entries invalidated · 3 keys of portfolio',
    );
    const shared = (target: object) => deed('shared', null, { dataset: 'market', ...target });
    expect(shared({ all: true })).toBe('Shared data invalidated · market: all');
    expect(shared({ prefix: 'BTC' })).toBe('Shared data invalidated · market: BTC…');
    expect(shared({ groups: ['BTC/USDT'] })).toBe('Shared data invalidated · market: BTC/USDT');
    expect(shared({ groups: ['a', 'b'] })).toBe('Shared data invalidated · market: 2 groups');
  });

  it('is told also where nothing, or something else, was kept of it', () => {
    const actions = ['alert', 'webhook', 'tenant', 'invalidate', 'entry', 'api-key', 'shared', 'warming', 'view'];
    for (const action of actions) {
      for (const facts of [null, {}, { name: 1, host: [], keys: '3', groups: 'x', threshold: {} }]) {
        expect(deed(action, facts, facts)).toMatch(/^[A-Z][A-Za-z -]+$/);
      }
    }
    expect(deed('later', {}, {})).toBe('Changed');
  });
});
