import type { Enforcement, Policy, QuotaChange } from '@/data/quota-schema';
import { errorsOf, type QuotaErrors, wholeMb } from '@/features/quota/quota-entries';

/** Leaves a setting as each tenant has it. */
export const KEEP = 'keep';

/** What is in the form for many tenants. An empty number leaves the setting as each tenant has it. */
export interface BulkEntries {
  readonly quotaMb: string;
  readonly overageMb: string;
  readonly policy: Policy | typeof KEEP;
  readonly enforcement: Enforcement | typeof KEEP;
  readonly reason: string;
  readonly confirmed: boolean;
}

export const NO_ENTRIES: BulkEntries = {
  quotaMb: '',
  overageMb: '',
  policy: KEEP,
  enforcement: KEEP,
  reason: '',
  confirmed: false,
};

/** Only what was filled in; undefined while a number cannot be read or nothing was. */
export function bulkChangeOf({ quotaMb, overageMb, policy, enforcement }: BulkEntries): QuotaChange | undefined {
  const quota = quotaMb.trim() === '' ? undefined : wholeMb(quotaMb, 1);
  const overage = overageMb.trim() === '' ? undefined : wholeMb(overageMb, 0);
  const unreadable =
    (quota === undefined && quotaMb.trim() !== '') || (overage === undefined && overageMb.trim() !== '');
  if (unreadable) return undefined;
  const change: QuotaChange = {
    ...(quota !== undefined && { quotaMb: quota }),
    ...(overage !== undefined && { overageAllowed: overage > 0, overageLimitMb: overage }),
    ...(policy !== KEEP && { policy }),
    ...(enforcement !== KEEP && { enforcement }),
  };
  return Object.keys(change).length > 0 ? change : undefined;
}

/** What is wrong, as in the form of one quota; an empty number is not. `mustConfirm` where tenants may lose something. */
export function bulkErrorsOf(entries: BulkEntries, mustConfirm: boolean): QuotaErrors {
  const { quotaMb, overageMb, reason, confirmed } = entries;
  const found = errorsOf(
    {
      quotaMb: quotaMb.trim() === '' ? '1' : quotaMb,
      overageMb: overageMb.trim() === '' ? '0' : overageMb,
      policy: 'lru',
      enforcement: 'hard',
      reason,
      confirmed,
    },
    mustConfirm,
  );
  return found.confirmed
    ? { ...found, confirmed: 'Tick this to go on: it cannot be undone for all of them at once.' }
    : found;
}
