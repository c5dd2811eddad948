import type { Enforcement, Policy, Quota, QuotaChange } from '@/data/quota-schema';

/** What is in the form: text as typed, because a half-typed number is not a number yet. */
export interface QuotaEntries {
  quotaMb: string;
  /** 0 means that no overage is allowed. */
  overageMb: string;
  policy: Policy;
  enforcement: Enforcement;
  reason: string;
  confirmed: boolean;
}

export interface QuotaErrors {
  quotaMb?: string;
  overageMb?: string;
  reason?: string;
  confirmed?: string;
}

export const MAX_MB = 1_048_576;
const REASON_MIN = 3;
const REASON_MAX = 500;

export function overageOf({ overageAllowed, overageLimitMb }: Quota): number {
  return overageAllowed ? overageLimitMb : 0;
}

export function entriesOf(quota: Quota): QuotaEntries {
  const { quotaMb, policy, enforcement } = quota;
  return {
    quotaMb: String(quotaMb),
    overageMb: String(overageOf(quota)),
    policy,
    enforcement,
    reason: '',
    confirmed: false,
  };
}

/** Entries after somebody else's change: what was typed stays, what was not touched follows. Nothing is confirmed any more. */
export function rebased(entries: QuotaEntries, before: Quota, current: Quota): QuotaEntries {
  const [was, is] = [entriesOf(before), entriesOf(current)];
  return {
    quotaMb: entries.quotaMb === was.quotaMb ? is.quotaMb : entries.quotaMb,
    overageMb: entries.overageMb === was.overageMb ? is.overageMb : entries.overageMb,
    policy: entries.policy === was.policy ? is.policy : entries.policy,
    enforcement: entries.enforcement === was.enforcement ? is.enforcement : entries.enforcement,
    reason: entries.reason,
    confirmed: false,
  };
}

/** Undefined for anything but a whole number from `min` to 1 TiB. */
export function wholeMb(typed: string, min: number): number | undefined {
  const text = typed.trim();
  if (!/^\d{1,7}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= MAX_MB ? value : undefined;
}

/** Only what differs from the present quota; undefined while a number cannot be read. */
export function changeOf(entries: QuotaEntries, present: Quota): QuotaChange | undefined {
  const quotaMb = wholeMb(entries.quotaMb, 1);
  const overageMb = wholeMb(entries.overageMb, 0);
  if (quotaMb === undefined || overageMb === undefined) return undefined;
  return {
    ...(quotaMb === present.quotaMb ? {} : { quotaMb }),
    ...(overageMb === overageOf(present) ? {} : { overageAllowed: overageMb > 0, overageLimitMb: overageMb }),
    ...(entries.policy === present.policy ? {} : { policy: entries.policy }),
    ...(entries.enforcement === present.enforcement ? {} : { enforcement: entries.enforcement }),
  };
}

/** Says for each field what is allowed and what was given. `mustConfirm` where saving loses something. */
export function errorsOf(entries: QuotaEntries, mustConfirm: boolean): QuotaErrors {
  const reason = entries.reason.trim();
  return {
    ...(wholeMb(entries.quotaMb, 1) === undefined ? { quotaMb: mbError('Quota', entries.quotaMb, 1) } : {}),
    ...(wholeMb(entries.overageMb, 0) === undefined ? { overageMb: mbError('Overage', entries.overageMb, 0) } : {}),
    ...(reason === '' ? { reason: 'Say why. The audit log keeps it beside the change.' } : {}),
    ...(reason !== '' && (reason.length < REASON_MIN || reason.length > REASON_MAX)
      ? { reason: `A reason has ${REASON_MIN} to ${REASON_MAX} characters. You entered ${reason.length}.` }
      : {}),
    ...(mustConfirm && !entries.confirmed
      ? { confirmed: 'Tick this to go on: the present use is above the new limit.' }
      : {}),
  };
}

function mbError(field: string, typed: string, min: number): string {
  const text = typed.trim();
  if (text === '') return `${field} is missing. Enter whole MiB, at least ${min}.`;
  if (!/^-?\d+$/.test(text)) return `${field} is counted in whole MiB. You entered ${text}.`;
  return Number(text) < min
    ? `${field} must be at least ${min} MiB. You entered ${text}.`
    : `${field} can be at most ${MAX_MB.toLocaleString('en-US')} MiB. You entered ${text}.`;
}

const FIELDS: Record<string, { entry: keyof QuotaErrors; name: string }> = {
  quotaMb: { entry: 'quotaMb', name: 'Quota' },
  overageLimitMb: { entry: 'overageMb', name: 'Overage' },
  reason: { entry: 'reason', name: 'Reason' },
};

/** Puts what the API refuses below the field it is about, or below the quota where it is about none. */
export function serverErrors(errors: readonly { field: string; message: string }[]): QuotaErrors {
  return Object.fromEntries(
    errors.map(({ field, message }) => {
      const { entry, name } = FIELDS[field] ?? { entry: 'quotaMb', name: field };
      return [entry, `${name} ${message}.`];
    }),
  );
}
