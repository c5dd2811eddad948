// Tenants, quotas and audit kept in Postgres.
export { type PostgresTenantsOptions, postgresTenants } from './postgres-tenants.js';
// Usage kept in Postgres.
export { type PostgresUsageOptions, postgresUsage } from './postgres-usage.js';
