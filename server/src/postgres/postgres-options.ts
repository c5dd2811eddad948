import type { Duration } from '../core/duration.js';

/** Apart from what connects, so that the published types name no database library. */
export interface PostgresOptions {
  /** URL of the app role, which row level security binds to one tenant a transaction. */
  url: string;
  /** URL of the admin role; what is about more than one tenant needs it. */
  adminUrl?: string;
  /** Connections per role. Default 5. */
  poolSize?: number;
  /** Longest wait for a connection, and longest single statement. Default 5 s. */
  timeout?: Duration;
}
