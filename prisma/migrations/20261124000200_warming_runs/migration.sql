-- Runs of warm-ups: which process has each, how far it is, and what it came to. Of the platform; no tenant reads them.
CREATE TABLE warming_runs (
  id               uuid           PRIMARY KEY,
  job              text           NOT NULL CHECK (job ~ '^[a-z][a-z0-9-]{0,63}$'),
  trigger          text           NOT NULL CHECK (trigger IN ('start', 'schedule', 'demand')),
  started_by       text           CHECK (length(started_by) BETWEEN 1 AND 200),
  state            text           NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'cancelled', 'failed')),
  -- The time of the schedule that it is for.
  slot_at          timestamptz(3),
  -- Null while its sources are being listed.
  total            integer        CHECK (total >= 0),
  done             integer        NOT NULL DEFAULT 0 CHECK (done >= 0),
  failed           integer        NOT NULL DEFAULT 0 CHECK (failed >= 0),
  skipped          integer        NOT NULL DEFAULT 0 CHECK (skipped >= 0),
  bytes            bigint         NOT NULL DEFAULT 0 CHECK (bytes >= 0),
  started_at       timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  updated_at       timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  ended_at         timestamptz(3),
  -- How many processes lost it: who has it says the number with all that it writes.
  resumed          integer        NOT NULL DEFAULT 0 CHECK (resumed >= 0),
  cancel_requested boolean        NOT NULL DEFAULT false,
  code             text           CHECK (code ~ '^[A-Z_]{1,64}$'),
  UNIQUE (job, slot_at),
  CHECK ((state = 'running') = (ended_at IS NULL))
);
-- One run of a job at a time, over all processes.
CREATE UNIQUE INDEX warming_runs_running_key ON warming_runs (job) WHERE state = 'running';
CREATE INDEX warming_runs_job_started_at_idx ON warming_runs (job, started_at DESC);
CREATE INDEX warming_runs_started_at_idx ON warming_runs (started_at DESC);

ALTER TABLE warming_runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE warming_runs FORCE  ROW LEVEL SECURITY;

CREATE POLICY admin ON warming_runs TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);

GRANT SELECT, INSERT, UPDATE, DELETE ON warming_runs TO tenantcache_admin;
