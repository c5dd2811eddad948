import { createHmac } from 'node:crypto';

const LIFE_SECONDS = 3_600;
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JSON Web Token as the clients of the demo sign theirs. */
function signed(claims: object, secret: string): string {
  const exp = Math.floor(Date.now() / 1000) + LIFE_SECONDS;
  const body = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({ ...claims, exp })}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}

export function tenantToken(tenantId: string, secret: string): string {
  return signed({ iss: 'tenantcache-demo', aud: 'tenantcache-example', tenant_id: tenantId }, secret);
}

export function adminToken(actor: string, secret: string): string {
  return signed({ iss: 'tenantcache-script', aud: 'tenantcache-admin', sub: actor, role: 'admin' }, secret);
}
