import { counted } from '@/components/ui/figures';
import { clock } from '@/components/ui/times';
import { COMPANY_REFUSALS, type CompanyRefusal } from '@/data/oidc-claims';

export interface SignInErrors {
  email?: string;
  password?: string;
}

/** What the form shows below its fields; `email` is what to keep in the field. */
export interface SignInState {
  email: string;
  errors: SignInErrors;
}

export function missingFields(email: string, password: string): SignInErrors {
  return {
    ...(email.trim() === '' ? { email: 'Type your e-mail.' } : {}),
    ...(email.trim() !== '' && !/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(email.trim())
      ? { email: `An e-mail has an @ between name and domain. You typed ${email.trim()}.` }
      : {}),
    ...(password === '' ? { password: 'Type your password.' } : {}),
  };
}

export function mismatch(triesLeft: number, pauseMinutes: number): string {
  if (triesLeft === 0)
    return `E-mail and password do not match. That was the last try; pause for ${pauseMinutes} minutes.`;
  const tries = counted(triesLeft, 'try', 'tries');
  return `E-mail and password do not match. ${tries} left, then ${pauseMinutes} minutes pause.`;
}

export function paused(untilMs: number): string {
  return `Too many tries from here. You can try again at ${clock(untilMs).slice(0, 5)} UTC.`;
}

const COMPANY_WORDS: Record<CompanyRefusal, string> = {
  down: 'The company’s sign-in does not answer. Try again, or sign in with a password.',
  failed: 'The company’s sign-in failed. Try again; if it fails again, tell an admin.',
  cancelled: 'The sign-in was cancelled at the company’s page.',
  expired: 'This sign-in took longer than 10 minutes, or was begun in another browser. Begin again.',
  role: 'Your company account has no role in this dashboard. An admin of your company can give it one.',
  tenant: 'Your company account names no tenant that this dashboard has, or one that does not fit its role.',
  email: 'Your company has not verified the e-mail of your account, so it cannot be used here.',
  taken: 'Another account has your e-mail already. An admin has to remove that one first.',
};

/** Why a company account was not let in, by the code in the URL; undefined for anything else that stands there. */
export function companyRefusal(code: unknown): string | undefined {
  const known = COMPANY_REFUSALS.find((refusal) => refusal === code);
  return known && COMPANY_WORDS[known];
}

/** A path inside this site, or undefined: an address of another site must not follow a sign-in. */
export function innerPath(next: string | undefined): string | undefined {
  if (!next || !/^\/(?![/\\])[^\\\s]*$/.test(next)) return undefined;
  // Dots may lead to two slashes, which begin the address of another host.
  const { pathname, search, hash } = new URL(next, 'http://inner');
  return pathname.startsWith('//') ? undefined : `${pathname}${search}${hash}`;
}
