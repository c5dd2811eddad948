import { createHash } from 'node:crypto';

/** SQL that inserts one row of tenant `id` into each table with a tenant column, referenced tables first. */
export const INSERT_ROW: Record<string, (id: string) => string> = {
  tenants: (id) => `INSERT INTO tenants (tenant_id, name, plan) VALUES ('${id}', '${id}', 'Plan')`,
  tenant_cache_quotas: (id) => `INSERT INTO tenant_cache_quotas (tenant_id, quota_mb) VALUES ('${id}', 4)`,
  quota_changes: (id) =>
    `INSERT INTO quota_changes (tenant_id, actor, source, action, reason) VALUES ('${id}', 'tester', 'system', 'quota', 'why')`,
  tenant_cache_crossings: (id) =>
    `INSERT INTO tenant_cache_crossings (tenant_id, at, from_state, to_state, used_bytes, quota_bytes, hard_limit_bytes)
     VALUES ('${id}', '2026-11-20T10:00:00Z', 'ok', 'warning', 1, 1, 1)`,
  tenant_cache_metrics: (id) => `INSERT INTO tenant_cache_metrics (tenant_id, date) VALUES ('${id}', '2026-11-20')`,
  tenant_cache_counter_parts: (id) =>
    `INSERT INTO tenant_cache_counter_parts (tenant_id, date, process_epoch) VALUES ('${id}', '2026-11-20', 'p1')`,
  tenant_cache_resource_parts: (id) =>
    `INSERT INTO tenant_cache_resource_parts (tenant_id, date, resource, process_epoch)
     VALUES ('${id}', '2026-11-20', 'prices', 'p1')`,
  tenant_cache_samples: (id) =>
    `INSERT INTO tenant_cache_samples
       (tenant_id, bucket_start, process_epoch, bucket_ms, used_bytes, entries, quota_bytes, hard_limit_bytes)
     VALUES ('${id}', '2026-11-20T10:00:00Z', 'p1', 15000, 1, 1, 1, 1)`,
  tenant_cache_curves: (id) =>
    `INSERT INTO tenant_cache_curves (tenant_id, process_epoch, saved_at, sample)
     VALUES ('${id}', 'p1', '2026-11-20T10:00:00Z', '{}')`,
  shared_access: (id) =>
    `INSERT INTO shared_access (tenant_id, dataset, group_name, kind, hour, process_epoch, reads, limited)
     VALUES ('${id}', 'market', 'binance:BTC/USDT', 'price', '2026-11-20T10:00:00Z', 'p1', 1, 0)`,
  tenant_cache_meters: (id) =>
    `INSERT INTO tenant_cache_meters
       (tenant_id, since, read_at, byte_ms, overage_byte_ms, peak_bytes, times_exceeded)
     VALUES ('${id}', '2026-11-20T10:00:00Z', '2026-11-20T11:00:00Z', 1, 0, 1, 0)`,
  tenant_cache_statements: (id) =>
    `INSERT INTO tenant_cache_statements
       (tenant_id, period_start, period_end, quota_bytes, peak_bytes, byte_ms, overage_byte_ms, times_exceeded,
        requests, bytes_served, bytes_written)
     VALUES ('${id}', '2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z', 1, 1, 1, 0, 0, 1, 1, 1)`,
  alert_rules: (id) => `INSERT INTO alert_rules (tenant_id, rules) VALUES ('${id}', '{}')`,
  alert_states: (id) =>
    `INSERT INTO alert_states (tenant_id, kind, threshold, raised, changed_at)
     VALUES ('${id}', 'quota', 80, true, '2026-11-20T10:00:00Z')`,
  alerts: (id) =>
    `INSERT INTO alerts (tenant_id, kind, threshold, value, raised_at)
     VALUES ('${id}', 'quota', 80, 81, '2026-11-20T10:00:00Z')`,
  webhooks: (id) =>
    `INSERT INTO webhooks (tenant_id, url, secret, events)
     VALUES ('${id}', 'https://example.com/', 'whsec_0123456789012345678901234567', '["alert.raised"]')`,
  api_keys: (id) =>
    `INSERT INTO api_keys (tenant_id, name, prefix, digest, scopes, created_by)
     VALUES ('${id}', 'Key of ${id}', 'tck_01234567', '${createHash('sha256').update(id).digest('hex')}', '[]', 'tester')`,
  watchlists: (id) => `INSERT INTO watchlists (tenant_id, name, groups) VALUES ('${id}', 'majors', '["x:BTC/USDT"]')`,
  users: (id) =>
    `INSERT INTO users (email, name, role, tenant_id, password_hash)
     VALUES ('${id}@example.com', '${id}', 'tenant_admin', '${id}', 'x')`,
  portfolios: (id) => `INSERT INTO portfolios (tenant_id, id, name) VALUES ('${id}', 'pf', 'Portfolio of ${id}')`,
  positions: (id) =>
    `INSERT INTO positions (tenant_id, portfolio_id, symbol, quantity, average_price)
     VALUES ('${id}', 'pf', 'BTC/USDT', 1, 1)`,
  access_versions: (id) => `INSERT INTO access_versions (tenant_id, version) VALUES ('${id}', 0)`,
  members: (id) => `INSERT INTO members (tenant_id, id, name) VALUES ('${id}', 'mo', 'Member of ${id}')`,
  teams: (id) => `INSERT INTO teams (tenant_id, id, name) VALUES ('${id}', 'desk', 'Team of ${id}')`,
  roles: (id) => `INSERT INTO roles (tenant_id, id, name) VALUES ('${id}', 'trader', 'Role of ${id}')`,
  role_permissions: (id) =>
    `INSERT INTO role_permissions (tenant_id, role_id, action, object)
     VALUES ('${id}', 'trader', 'trade:write', 'portfolio/of-${id}')`,
  team_members: (id) => `INSERT INTO team_members (tenant_id, member_id, team_id) VALUES ('${id}', 'mo', 'desk')`,
  member_roles: (id) => `INSERT INTO member_roles (tenant_id, member_id, role_id) VALUES ('${id}', 'mo', 'trader')`,
  team_roles: (id) => `INSERT INTO team_roles (tenant_id, team_id, role_id) VALUES ('${id}', 'desk', 'trader')`,
  trades: (id) =>
    `INSERT INTO trades (tenant_id, id, portfolio_id, symbol, side, quantity, price)
     VALUES ('${id}', 't-1', 'pf', 'BTC/USDT', 'buy', 1, 1)`,
  signals: (id) =>
    `INSERT INTO signals (tenant_id, symbol, timeframe, kind, strength, computed_at, valid_until)
     VALUES ('${id}', 'BTCUSDT', '1h', 'momentum', 0.5, '2026-11-20T10:00:00Z', '2026-11-20T11:00:00Z')`,
};

export const INSERT_PLAN = `INSERT INTO plans (name, quota_mb, is_default) VALUES ('Plan', 4, true)`;
