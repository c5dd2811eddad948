import type { ApiKey, KeyRevocation, KeyRotation, NewApiKey, NewKeyRequest } from '@/data/api-key-schema';
import type { ChangeResult } from '@/data/change';

/** What may be done with the keys of one tenant. */
export interface KeyActions {
  readonly create: (wanted: NewKeyRequest) => Promise<ChangeResult<NewApiKey>>;
  readonly rotate: (rotation: KeyRotation) => Promise<ChangeResult<NewApiKey>>;
  readonly revoke: (revocation: KeyRevocation) => Promise<ChangeResult<ApiKey>>;
}
