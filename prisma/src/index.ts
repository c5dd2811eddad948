// The only ways to the data.
export { createDatabase, type Database, type DatabaseOptions, type Tx } from './database.js';
// What this package throws on purpose.
export { DatabaseError } from './errors.js';
// Row types, and `Prisma.sql` for queries that models cannot say.
export {
  type CounterPart,
  type Plan,
  type Portfolio,
  type Position,
  Prisma,
  type QuotaChange,
  type Sample,
  type Session,
  type Tenant,
  type TenantMetrics,
  type TenantQuota,
  type User,
} from './generated/client.js';
// Schema changes without Prisma's native engine.
export { type MigrateOptions, migrate } from './migrate.js';
// The database is away, and nothing is wrong with what was asked.
export { isDatabaseOutage } from './outage.js';
// Sign-in.
export { hashPassword, verifyPassword } from './password.js';
// A database with its roles, and without.
export { type DatabaseUrls, deprovision, type Passwords, type ProvisionOptions, provision } from './provision.js';
// A fleet of any size, and its end.
export { type RemoveScaleOptions, removeScale } from './scale/remove-scale.js';
export { type ScaleProgress, type ScaleSeedOptions, scaleRows, seedScale } from './scale/scale-seed.js';
// The demo.
export { type SeedResult, type SignIn, seed } from './seed.js';
// Who does what one process should do.
export { SessionLock, type SessionLockOptions } from './session-lock.js';
