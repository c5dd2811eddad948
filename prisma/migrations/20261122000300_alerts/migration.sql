-- Alerts to people: rules per tenant, what is raised, and the webhooks that are told.

-- Rules that somebody changed; a tenant without a row has the defaults.
CREATE TABLE alert_rules (
  tenant_id  text           PRIMARY KEY REFERENCES tenants (tenant_id) ON UPDATE CASCADE ON DELETE CASCADE,
  rules      jsonb          NOT NULL CHECK (jsonb_typeof(rules) = 'object'),
  version    integer        NOT NULL DEFAULT 1 CHECK (version > 0),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);

-- What is raised at present, a row per threshold: of two evaluations that find the same one changes it. No foreign key to
-- tenants: one unknown to the directory is served the default plan, and alerted.
CREATE TABLE alert_states (
  tenant_id  text             NOT NULL CHECK (tenant_id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
  kind       text             NOT NULL CHECK (kind IN ('quota', 'hit-rate-drop', 'rejection-rate')),
  threshold  double precision NOT NULL CHECK (threshold > 0),
  raised     boolean          NOT NULL,
  changed_at timestamptz(3)   NOT NULL,
  -- Of the alert that was raised last.
  alert_id   uuid,
  PRIMARY KEY (tenant_id, kind, threshold)
);
CREATE INDEX alert_states_raised_idx ON alert_states (tenant_id) WHERE raised;

-- Where alerts are sent; without a tenant, those of all. The secret signs, so it is kept as it is: row level security and
-- grants leave it to the admin role.
CREATE TABLE webhooks (
  id                uuid           PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id         text           REFERENCES tenants (tenant_id) ON UPDATE CASCADE ON DELETE CASCADE,
  url               text           NOT NULL CHECK (length(url) BETWEEN 8 AND 2048),
  secret            text           NOT NULL CHECK (length(secret) BETWEEN 32 AND 200),
  events            jsonb          NOT NULL CHECK (jsonb_typeof(events) = 'array'),
  active            boolean        NOT NULL DEFAULT true,
  failures_in_a_row integer        NOT NULL DEFAULT 0 CHECK (failures_in_a_row >= 0),
  disabled_at       timestamptz(3),
  version           integer        NOT NULL DEFAULT 1 CHECK (version > 0),
  created_at        timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX webhooks_tenant_id_idx ON webhooks (tenant_id);

CREATE TABLE alerts (
  id              uuid             PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id       text             CHECK (tenant_id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
  kind            text             NOT NULL CHECK (kind IN ('quota', 'hit-rate-drop', 'rejection-rate', 'webhook-disabled')),
  threshold       double precision NOT NULL,
  value           double precision NOT NULL,
  raised_at       timestamptz(3)   NOT NULL,
  resolved_at     timestamptz(3),
  resolved_value  double precision,
  acknowledged_at timestamptz(3),
  acknowledged_by text             CHECK (length(acknowledged_by) BETWEEN 1 AND 200),
  -- What it is about where that is a webhook.
  webhook_id      uuid             REFERENCES webhooks (id) ON DELETE SET NULL,
  CHECK ((resolved_at IS NULL) = (resolved_value IS NULL)),
  CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL)),
  CHECK (tenant_id IS NOT NULL OR kind = 'webhook-disabled')
);
CREATE INDEX alerts_tenant_id_raised_at_idx ON alerts (tenant_id, raised_at DESC);
CREATE INDEX alerts_raised_at_idx ON alerts (raised_at DESC);
CREATE INDEX alerts_webhook_id_idx ON alerts (webhook_id);

-- What is sent, in the order in which it is due. A claim moves next_attempt_at, so that it runs out by itself.
CREATE TABLE webhook_deliveries (
  id              uuid             PRIMARY KEY,
  webhook_id      uuid             NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  type            text             NOT NULL CHECK (type IN ('alert.raised', 'alert.resolved', 'ping')),
  body            text             NOT NULL CHECK (length(body) BETWEEN 2 AND 16384),
  state           text             NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'gave-up')),
  attempts        integer          NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  created_at      timestamptz(3)   NOT NULL DEFAULT clock_timestamp(),
  next_attempt_at timestamptz(3)   NOT NULL DEFAULT clock_timestamp(),
  -- Of who makes the attempt: an outcome under another's claim is not kept.
  claim           uuid,
  delivered_at    timestamptz(3),
  ended_at        timestamptz(3),
  status          integer          CHECK (status BETWEEN 100 AND 999),
  error           text             CHECK (length(error) <= 40),
  duration_ms     double precision CHECK (duration_ms >= 0)
);
-- A claim reads two rows of each webhook by them, however many wait: of one that is switched off its pings only.
CREATE INDEX webhook_deliveries_pending_idx ON webhook_deliveries (webhook_id, next_attempt_at) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_pings_idx ON webhook_deliveries (webhook_id, next_attempt_at)
  WHERE state = 'pending' AND type = 'ping';
CREATE INDEX webhook_deliveries_claimed_idx ON webhook_deliveries (webhook_id) WHERE state = 'pending' AND claim IS NOT NULL;
CREATE INDEX webhook_deliveries_webhook_id_created_at_idx ON webhook_deliveries (webhook_id, created_at DESC);
CREATE INDEX webhook_deliveries_ended_at_idx ON webhook_deliveries (ended_at);

ALTER TABLE alert_rules        ENABLE ROW LEVEL SECURITY;
ALTER TABLE alert_rules        FORCE  ROW LEVEL SECURITY;
ALTER TABLE alert_states       ENABLE ROW LEVEL SECURITY;
ALTER TABLE alert_states       FORCE  ROW LEVEL SECURITY;
ALTER TABLE webhooks           ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhooks           FORCE  ROW LEVEL SECURITY;
ALTER TABLE alerts             ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts             FORCE  ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries FORCE  ROW LEVEL SECURITY;

CREATE POLICY tenant ON alert_rules TO tenantcache_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY tenant ON alert_states TO tenantcache_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY tenant ON alerts TO tenantcache_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY admin ON alert_rules TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);
CREATE POLICY admin ON alert_states TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);
CREATE POLICY admin ON webhooks TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);
CREATE POLICY admin ON alerts TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);
CREATE POLICY admin ON webhook_deliveries TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);

-- A tenant reads its own alerts and rules; webhooks and their secrets it does not.
GRANT SELECT ON alert_rules, alert_states, alerts TO tenantcache_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON alert_rules, alert_states, webhooks, webhook_deliveries TO tenantcache_admin;
GRANT SELECT, INSERT, UPDATE ON alerts TO tenantcache_admin;

-- A webhook of the whole fleet, and an alert about one, concern no one tenant.
ALTER TABLE quota_changes DROP CONSTRAINT quota_changes_action_check;
ALTER TABLE quota_changes ADD CONSTRAINT quota_changes_action_check
  CHECK (action IN ('quota', 'clear', 'fleet', 'reset', 'reconcile', 'alert-rules', 'alert', 'webhook'));
ALTER TABLE quota_changes DROP CONSTRAINT quota_changes_fleet_check;
ALTER TABLE quota_changes ADD CONSTRAINT quota_changes_fleet_check
  CHECK (CASE WHEN action = 'fleet' THEN tenant_id IS NULL
              WHEN action IN ('alert', 'webhook') THEN true
              ELSE tenant_id IS NOT NULL END);
