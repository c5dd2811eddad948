-- A key is rotated once: what is left of its life afterwards is the grace, and no measure for the life of another.
ALTER TABLE api_keys ADD COLUMN rotated_at timestamptz(3);
