'use server';

import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { clientAddress } from '@/data/client-address';
import { environment } from '@/data/environment';
import { signIn } from '@/data/sign-in';
import { PAUSE_MINUTES } from '@/data/sign-in-attempts';
import { innerPath, mismatch, missingFields, paused, type SignInState } from '@/features/auth/sign-in-messages';

export async function submitSignIn(_: SignInState, form: FormData): Promise<SignInState> {
  const email = text(form, 'email').slice(0, 254);
  const password = text(form, 'password').slice(0, 1000);
  const errors = missingFields(email, password);
  if (errors.email || errors.password) return { email, errors };

  const forwarded = (await headers()).get('x-forwarded-for');
  const result = await signIn({ email, password, address: clientAddress(forwarded, environment().TRUSTED_PROXY_HOPS) });
  if (result.outcome === 'mismatch') return { email, errors: { password: mismatch(result.triesLeft, PAUSE_MINUTES) } };
  if (result.outcome === 'paused') return { email, errors: { password: paused(result.untilMs) } };
  redirect(innerPath(text(form, 'next')) ?? result.home);
}

function text(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
