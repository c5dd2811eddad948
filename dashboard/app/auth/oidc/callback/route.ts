import { redirect } from 'next/navigation';
import type { NextRequest } from 'next/server';
import { refuseCompany, signInCompany } from '@/data/company-account';
import { companyAccountsOn, finishCompanySignIn } from '@/data/oidc';

/** Back from the provider: a session, or the sign-in page with a code that says why not. */
export async function GET(request: NextRequest): Promise<Response> {
  if (!companyAccountsOn()) return new Response(null, { status: 404 });
  const finished = await finishCompanySignIn(request.nextUrl.searchParams);
  if ('refusal' in finished) {
    const { refusal, subject } = finished;
    if (subject) await refuseCompany(subject.issuer, subject.subject);
    redirect(`/login?company=${refusal}`);
  }
  const { identity, next } = finished;
  const signedIn = await signInCompany(identity);
  if (typeof signedIn === 'string') {
    await refuseCompany(identity.issuer, identity.subject);
    redirect(`/login?company=${signedIn}`);
  }
  redirect(next ?? signedIn.home);
}
