import 'server-only';
import { z } from 'zod';
import { OIDC_VARIABLES, oidcProblems } from './oidc-settings';

const url = (what: string, ...protocols: string[]) =>
  z.url({ error: `must be ${what}`, protocol: new RegExp(`^(${protocols.join('|')})$`) });

const PROXIES = 'must be the number of proxies in front, 0 to 8';

const SCHEMA = z
  .object({
    DATABASE_URL: url('the Postgres URL of the app role', 'postgres', 'postgresql'),
    DATABASE_ADMIN_URL: url('the Postgres URL of the admin role', 'postgres', 'postgresql'),
    API_URL: url('the base URL of the API whose admin router is at /admin', 'http', 'https'),
    ADMIN_TOKEN_SECRET: z
      .string({ error: 'is missing: the secret shared with the API' })
      .refine((secret) => Buffer.byteLength(secret) >= 32, 'must have at least 32 bytes'),
    SESSION_SECRET: z
      .string({ error: 'is missing: the secret that seals session cookies' })
      .min(32, 'must have at least 32 characters'),
    PROMETHEUS_URL: z.optional(url('the base URL of Prometheus', 'http', 'https')),
    TRUSTED_PROXY_HOPS: z.coerce.number({ error: PROXIES }).int(PROXIES).min(0, PROXIES).max(8, PROXIES).default(0),
    PUBLIC_URL: z.optional(url('the URL under which browsers reach the dashboard', 'http', 'https')),
    ...OIDC_VARIABLES,
  })
  .superRefine((variables, context) => {
    for (const { name, message } of oidcProblems(variables))
      context.addIssue({ code: 'custom', path: [name], message });
  });

export type Environment = z.infer<typeof SCHEMA>;

/** @throws Error that names each variable which is missing or wrong; never its value */
export function parseEnvironment(variables: Record<string, string | undefined>): Environment {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const result = SCHEMA.safeParse(given);
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
  throw new Error(`The dashboard cannot start: ${wrong.join('; ')}.`);
}

let parsed: Environment | undefined;

/** The process's environment, validated on first use. */
export function environment(): Environment {
  parsed ??= parseEnvironment(process.env);
  return parsed;
}
