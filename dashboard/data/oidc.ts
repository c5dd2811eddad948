import 'server-only';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { z } from 'zod';
import { environment } from './environment';
import { type CompanyIdentity, type CompanyRefusal, identityOf } from './oidc-claims';
import { isLoopback, roleMapping } from './oidc-settings';
import { openSealed, removeSealed, writeSealed } from './sealed-cookie';

const COOKIE = { name: 'tenantcache_oidc', path: '/auth/oidc', lifeSeconds: 600 } as const;
const TIMEOUT_SECONDS = 5;
const CALLBACK_PATH = '/auth/oidc/callback';

/** What one sign-in keeps in the browser, sealed, until the provider sends it back. */
const TRANSACTION = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  redirectUri: z.string(),
  next: z.string().optional(),
});

export function companyAccountsOn(): boolean {
  return environment().OIDC_ISSUER !== undefined;
}

let known: Promise<Configuration> | undefined;

/** The provider's own description, asked for once; a provider that did not answer is asked again the next time. */
function provider(): Promise<Configuration> {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: secret } = environment();
  if (!issuer || !clientId || !secret) throw new Error('Company accounts are not configured.');
  const options = {
    timeout: TIMEOUT_SECONDS,
    // Environment lets only a provider on this machine speak plain HTTP.
    ...(issuer.startsWith('http:') && { execute: [allowInsecureRequests] }),
  };
  known ??= discovery(new URL(issuer), clientId, secret, undefined, options).catch((error: unknown) => {
    known = undefined;
    throw error;
  });
  return known;
}

/**
 * Begins a sign-in. @returns where to send the browser
 * @param host of the request; believed only where it and the provider are on this machine
 */
export async function beginCompanySignIn(
  host: string | null,
  next: string | undefined,
): Promise<string | CompanyRefusal> {
  const redirectUri = redirectUriFor(host);
  if (!redirectUri) return 'failed';
  let config: Configuration;
  try {
    config = await provider();
  } catch (error) {
    return said('down', error);
  }
  const transaction = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
  await writeSealed(COOKIE.name, { ...transaction, redirectUri, ...(next && { next }) }, COOKIE);
  return buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid email profile',
    state: transaction.state,
    nonce: transaction.nonce,
    code_challenge: await calculatePKCECodeChallenge(transaction.verifier),
    code_challenge_method: 'S256',
  }).href;
}

export type Finished =
  | { readonly identity: CompanyIdentity; readonly next: string | undefined }
  /** `subject` where the provider knows somebody whom this dashboard does not let in. */
  | { readonly refusal: CompanyRefusal; readonly subject?: { readonly issuer: string; readonly subject: string } };

/** Ends it: whom the provider vouches for, and where they wanted to go. The transaction can be used once. */
export async function finishCompanySignIn(query: URLSearchParams): Promise<Finished> {
  const transaction = TRANSACTION.safeParse(await openSealed(COOKIE.name, COOKIE.lifeSeconds));
  await removeSealed(COOKIE.name, COOKIE.path);
  if (!transaction.success) return { refusal: 'expired' };
  const { state, nonce, verifier, redirectUri, next } = transaction.data;
  if (query.get('error') === 'access_denied' && query.get('state') === state) return { refusal: 'cancelled' };
  try {
    const claims = await claimsOf(new URL(`${redirectUri}?${query}`), { state, nonce, verifier });
    const { OIDC_ROLE_CLAIM: role, OIDC_TENANT_CLAIM: tenant, OIDC_ROLES } = environment();
    const identity = identityOf(claims, { role, tenant, roles: roleMapping(OIDC_ROLES) ?? new Map() });
    if (typeof identity === 'object') return { identity, next };
    return { refusal: identity, subject: { issuer: claims.iss, subject: claims.sub } };
  } catch (error) {
    return { refusal: said('failed', error) };
  }
}

/** What the ID token says, and the rest from the provider's user info where it has one. */
async function claimsOf(answer: URL, { state, nonce, verifier }: { state: string; nonce: string; verifier: string }) {
  const config = await provider();
  const tokens = await authorizationCodeGrant(config, answer, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  });
  const idToken = tokens.claims();
  if (!idToken) throw new Error('The provider sent no ID token.');
  if (!config.serverMetadata().userinfo_endpoint) return idToken;
  return { ...(await fetchUserInfo(config, tokens.access_token, idToken.sub)), ...idToken };
}

function redirectUriFor(host: string | null): string | undefined {
  const { PUBLIC_URL, OIDC_ISSUER } = environment();
  if (PUBLIC_URL) return new URL(CALLBACK_PATH, PUBLIC_URL).href;
  const own = `http://${host}`;
  const local = OIDC_ISSUER !== undefined && isLoopback(OIDC_ISSUER) && URL.canParse(own) && isLoopback(own);
  return local ? new URL(CALLBACK_PATH, own).href : undefined;
}

/** For the operator's log: which step failed, and nothing of what was sent. */
function said(refusal: CompanyRefusal, error: unknown): CompanyRefusal {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  process.stderr.write(`Sign-in with a company account: ${refusal} (${code.slice(0, 80)}).\n`);
  return refusal;
}
