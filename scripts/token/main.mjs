// @ts-check
import { createHmac } from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PROJECT_ROOT } from '../project-root.mjs';
import { readJson } from '../start/private-json.mjs';
import { Trouble } from '../trouble.mjs';

const LIFE_SECONDS = 3_600;
const TENANT_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const ROLES = ['admin', 'operator', 'viewer'];
const TENANT_ROLES = ['tenant_admin', 'tenant_viewer'];
const ALL_ROLES = [...ROLES, ...TENANT_ROLES].join(', ');

/** As the example's members have it. */
const USER_ID = /^[A-Za-z0-9][A-Za-z0-9_.@|:+-]{0,127}$/;

export const HELP = `npm run token -- --tenant <id> [--user <id>]
npm run token -- --admin [--role viewer]
npm run token -- --admin --role tenant_admin --tenant <id>

Prints a bearer token for the API that npm start runs, valid for an hour.

  --tenant <id>      for the routes of this tenant, such as org_northwind
  --user <id>        with --tenant: for this user of it, such as ada; without it the tenant's own service
  --admin            for /admin
  --role <role>      with --admin: ${ROLES.join(', ')} (default: admin),
                     or ${TENANT_ROLES.join(', ')} of the tenant that --tenant names
  --data-dir <path>  the data directory of npm start (default: .data)
  --help             this text
`;

/** @param {string[]} args prints the token and nothing else to stdout @throws {Trouble} */
export function main(args) {
  const { help, 'data-dir': dataDirectory, ...asked } = parse(args);
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  const { secret, claims } = whose(asked);
  process.stdout.write(`${signed(claims, secretOf(path.resolve(PROJECT_ROOT, dataDirectory), secret))}\n`);
}

/** @param {{ tenant?: string, admin: boolean, role?: string, user?: string }} asked */
function whose({ tenant, admin, role, user }) {
  const isOfTenant = role !== undefined && TENANT_ROLES.includes(role);
  if (!admin && role !== undefined) throw new Trouble('--role goes with --admin only.');
  if (admin && !isOfTenant && !ROLES.includes(role ?? 'admin')) {
    throw new Trouble(`--role is '${role}', but has to be ${ALL_ROLES}.`);
  }
  if (isOfTenant && tenant === undefined) throw new Trouble(`--role ${role} needs --tenant <id>: whose it is.`);
  if (!isOfTenant && admin === (tenant !== undefined)) throw new Trouble('Give either --tenant <id> or --admin.');
  if (admin && user !== undefined) throw new Trouble('--user goes with --tenant only, without --admin.');
  if (user !== undefined && !USER_ID.test(user)) {
    throw new Trouble(`--user is '${user}', but has to be the id of a user, such as ada.`);
  }
  if (tenant !== undefined && !TENANT_ID.test(tenant)) {
    throw new Trouble(
      `--tenant is '${tenant}', but has to be 1 to 64 letters, digits, - or _, beginning with a letter or digit.`,
    );
  }
  if (admin) {
    const as = role ?? 'admin';
    // The audit is to tell who did what: each role is an actor of its own.
    const sub = `npm run token (${isOfTenant ? `${as} of ${tenant}` : as})`;
    const claims = {
      iss: 'tenantcache-script',
      aud: 'tenantcache-admin',
      sub,
      role: as,
      ...(isOfTenant && { tenant }),
    };
    return { secret: 'adminTokenSecret', claims };
  }
  const claims = {
    iss: 'tenantcache-demo',
    aud: 'tenantcache-example',
    tenant_id: tenant,
    ...(user !== undefined && { sub: user }),
  };
  return { secret: 'tenantTokenSecret', claims };
}

/** @param {string} directory @param {string} name @returns {string} */
function secretOf(directory, name) {
  const file = path.join(directory, 'secrets.json');
  const secret = readJson(file)?.[name];
  if (typeof secret === 'string') return secret;
  throw new Trouble(`${file} is missing or cannot be read: run npm start first, which makes it.`);
}

/** A JSON Web Token as the API checks it. @param {object} claims @param {string} secret */
function signed(claims, secret) {
  const iat = Math.floor(Date.now() / 1000);
  const body = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({ ...claims, iat, exp: iat + LIFE_SECONDS })}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}

/** @param {object} value */
function base64url(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        tenant: { type: 'string' },
        admin: { type: 'boolean', default: false },
        role: { type: 'string' },
        user: { type: 'string' },
        'data-dir': { type: 'string', default: '.data' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new Trouble(`${error instanceof Error ? error.message : error}: npm run token -- --help lists the options.`);
  }
}
