import type { ChangeResult } from '@/data/change';
import type { OneTimePassword } from '@/data/people-changes';

/** What an admin does with accounts; the server checks each argument. */
export interface PeopleActions {
  readonly invite: (wanted: unknown) => Promise<ChangeResult<OneTimePassword>>;
  readonly renew: (userId: unknown) => Promise<ChangeResult<OneTimePassword>>;
  readonly changeRole: (wanted: unknown) => Promise<ChangeResult>;
  readonly endSessions: (userId: unknown) => Promise<ChangeResult<number>>;
  readonly remove: (userId: unknown) => Promise<ChangeResult>;
}
