import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { COMPANY_PEOPLE } from './company.js';

const CLIENT_ID = 'tenantcache-dashboard';

export interface RunningProvider {
  /** For the dashboard's environment. */
  readonly variables: Record<string, string>;
  end(): Promise<void>;
}

/** A real OpenID provider on loopback, with sign-in pages of its own. */
export async function startOidcProvider(port = 0): Promise<RunningProvider> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const secret = randomBytes(24).toString('base64url');
  server.on('request', providerAt(issuer, secret).callback());
  return {
    variables: { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: CLIENT_ID, OIDC_CLIENT_SECRET: secret },
    async end() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function providerAt(issuer: string, secret: string): Provider {
  return new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: secret,
        // Of a native client the port of a loopback address does not matter, and the dashboard's is chosen later.
        application_type: 'native',
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: ['http://127.0.0.1/auth/oidc/callback'],
      },
    ],
    claims: {
      openid: ['sub', 'tenantcache_role', 'tenantcache_tenant'],
      email: ['email', 'email_verified'],
      profile: ['name'],
    },
    cookies: { keys: [randomBytes(24).toString('base64url')] },
    pkce: { required: () => true },
    findAccount: (_: unknown, login: string) => accountOf(login),
  });
}

function accountOf(login: string) {
  const person = Object.values(COMPANY_PEOPLE).find((known) => known.login === login);
  if (!person) return undefined;
  const { email, name, claims } = person;
  return { accountId: login, claims: () => ({ sub: login, email, email_verified: true, name, ...claims }) };
}
