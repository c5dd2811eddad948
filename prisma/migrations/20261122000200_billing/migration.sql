-- What plans charge, and the amounts of closed statements.

-- MB and GB are MiB and GiB. BETWEEN also keeps out NaN, which is greater than every number.
ALTER TABLE plans
  ADD COLUMN currency                   text           NOT NULL DEFAULT 'USD' CHECK (currency ~ '^[A-Z]{3}$'),
  ADD COLUMN base_price                 numeric(20,10) NOT NULL DEFAULT 0 CHECK (base_price BETWEEN 0 AND 9999999999),
  ADD COLUMN included_mb_hours          numeric(20,6)  NOT NULL DEFAULT 0 CHECK (included_mb_hours BETWEEN 0 AND 99999999999999),
  ADD COLUMN price_per_mb_hour          numeric(20,10) NOT NULL DEFAULT 0 CHECK (price_per_mb_hour BETWEEN 0 AND 9999999999),
  ADD COLUMN price_per_overage_mb_hour  numeric(20,10) NOT NULL DEFAULT 0 CHECK (price_per_overage_mb_hour BETWEEN 0 AND 9999999999),
  ADD COLUMN included_requests          bigint         NOT NULL DEFAULT 0 CHECK (included_requests >= 0),
  ADD COLUMN price_per_million_requests numeric(20,10) NOT NULL DEFAULT 0 CHECK (price_per_million_requests BETWEEN 0 AND 9999999999),
  ADD COLUMN included_gb_served         numeric(20,6)  NOT NULL DEFAULT 0 CHECK (included_gb_served BETWEEN 0 AND 99999999999999),
  ADD COLUMN price_per_gb_served        numeric(20,10) NOT NULL DEFAULT 0 CHECK (price_per_gb_served BETWEEN 0 AND 9999999999);

-- `bill` is the plan, its prices as of the close, and the lines; numbers in it are text, so that they stay as they were
-- stated. Statements from before have none. The three columns show what is in it, for who asks in SQL.
-- `before_*` is what the day of a tenant's first statement counted before that began, from samples that are dropped later.
ALTER TABLE tenant_cache_statements
  ADD COLUMN bill     jsonb,
  ADD COLUMN plan     text          GENERATED ALWAYS AS (bill ->> 'plan') STORED,
  ADD COLUMN currency text          GENERATED ALWAYS AS (bill ->> 'currency') STORED,
  ADD COLUMN total    numeric(40,4) GENERATED ALWAYS AS ((bill ->> 'total')::numeric) STORED,
  ADD COLUMN before_requests      bigint CHECK (before_requests >= 0),
  ADD COLUMN before_bytes_served  bigint CHECK (before_bytes_served >= 0),
  ADD COLUMN before_bytes_written bigint CHECK (before_bytes_written >= 0),
  ADD CONSTRAINT tenant_cache_statements_bill_check CHECK (
    bill IS NULL OR (
      bill ->> 'plan' IS NOT NULL AND bill ->> 'currency' ~ '^[A-Z]{3}$' AND bill ->> 'total' ~ '^[0-9]+(\.[0-9]+)?$'
      AND jsonb_typeof(bill -> 'prices') = 'object' AND jsonb_typeof(bill -> 'lines') = 'array'
    ) IS TRUE
  );

-- All tenants' statements by the time their periods ended.
CREATE INDEX tenant_cache_statements_period_end_idx ON tenant_cache_statements (period_end, tenant_id);
