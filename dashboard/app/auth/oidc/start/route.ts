import { redirect } from 'next/navigation';
import type { NextRequest } from 'next/server';
import { beginCompanySignIn, companyAccountsOn } from '@/data/oidc';
import { COMPANY_REFUSALS } from '@/data/oidc-claims';
import { innerPath } from '@/features/auth/sign-in-messages';

/** To the provider. Nothing changes here, so that another site which sends somebody gains nothing. */
export async function GET(request: NextRequest): Promise<Response> {
  if (!companyAccountsOn()) return new Response(null, { status: 404 });
  const next = innerPath(request.nextUrl.searchParams.get('next') ?? undefined);
  const to = await beginCompanySignIn(request.headers.get('host'), next);
  redirect(COMPANY_REFUSALS.some((refusal) => refusal === to) ? `/login?company=${to}` : to);
}
