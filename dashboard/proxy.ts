import { type NextRequest, NextResponse } from 'next/server';
import { problem } from './data/problem';
import { SESSION_COOKIE } from './data/session-cookie';
import { contentSecurityPolicy } from './features/navigation/content-security-policy';

const OPEN = new Set(['/login', '/livez', '/auth/oidc/start', '/auth/oidc/callback']);

/** Nonce and redirect only: whether a cookie is worth anything is decided in data/viewer.ts. */
export function proxy(request: NextRequest): Response {
  const { pathname, search } = request.nextUrl;
  if (!isDecodable(pathname)) return problem(400, 'The address has a % that begins no character.');
  if (!OPEN.has(pathname) && !request.cookies.has(SESSION_COOKIE)) {
    if (pathname.startsWith('/api/')) return problem(401, 'Sign in first.');
    const login = new URL('/login', request.url);
    if (pathname !== '/') login.searchParams.set('next', pathname + search);
    return NextResponse.redirect(login);
  }
  const nonce = Buffer.from(crypto.randomUUID()).toString('base64');
  const policy = contentSecurityPolicy(nonce, process.env.NODE_ENV === 'development');
  const headers = new Headers(request.headers);
  headers.set('x-nonce', nonce);
  headers.set('x-path', pathname);
  headers.set('content-security-policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  return response;
}

function isDecodable(pathname: string): boolean {
  try {
    decodeURIComponent(pathname);
    return true;
  } catch {
    return false;
  }
}

export const config = { matcher: ['/((?!_next/static|_next/webpack-hmr|icon.svg).*)'] };
