import 'server-only';
import { sealData, unsealData } from 'iron-session';
import { cookies } from 'next/headers';
import { environment } from './environment';

interface Place {
  lifeSeconds: number;
  path: string;
}

/** What this server sealed into the cookie not longer ago than its life; `{}` for none, for an old and for a forged one. */
export async function openSealed(name: string, lifeSeconds: number): Promise<Record<string, unknown>> {
  const sealed = (await cookies()).get(name)?.value;
  if (!sealed) return {};
  try {
    return await unsealData<Record<string, unknown>>(sealed, sealing(name, lifeSeconds));
  } catch {
    // Some forgeries come back as an empty object, others throw: neither says anything.
    return {};
  }
}

/** Scripts cannot read it, other sites cannot send it with a form, and its content cannot be read or changed. */
export async function writeSealed(name: string, content: object, { lifeSeconds, path }: Place): Promise<void> {
  const secure = environment().PUBLIC_URL?.startsWith('https:') ?? false;
  const options = { httpOnly: true, sameSite: 'lax', path, secure, maxAge: lifeSeconds } as const;
  (await cookies()).set(name, await sealData(content, sealing(name, lifeSeconds)), options);
}

export async function removeSealed(name: string, path: string): Promise<void> {
  (await cookies()).set(name, '', { path, maxAge: 0, httpOnly: true, sameSite: 'lax' });
}

/** Each cookie has a key of its own, so that one cannot be passed off as another. */
function sealing(name: string, ttl: number) {
  return { password: `${name}\n${environment().SESSION_SECRET}`, ttl };
}
