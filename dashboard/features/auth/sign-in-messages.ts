import { counted } from '@/components/ui/figures';
import { clock } from '@/components/ui/times';

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
    ...(email.trim() !== '' && !/^[^\s@]+@[^\s@]+$/.test(email.trim())
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

/** A path inside this site, or undefined: an address of another site must not follow a sign-in. */
export function innerPath(next: string | undefined): string | undefined {
  return next && /^\/(?![/\\])[^\\\s]*$/.test(next) ? next : undefined;
}
