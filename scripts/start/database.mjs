// @ts-check
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT_ROOT } from '../project-root.mjs';
import { say } from '../say.mjs';
import { Trouble } from '../trouble.mjs';
import { readJson, writePrivateJson } from './private-json.mjs';

/** @typedef {{ email: string, password: string, role: string, tenantId: string | null }} SignIn */

/** @returns {Promise<any>} the database package, which exists only once it is built */
function databasePackage() {
  return import(pathToFileURL(path.join(PROJECT_ROOT, 'prisma', 'dist', 'index.js')).href);
}

/**
 * Database, roles, migrations and the demo's rows; what is there already stays.
 * @param {object} options
 * @param {string} options.superuserUrl
 * @param {string} options.databaseName
 * @param {{ ownerPassword: string, appPassword: string, adminPassword: string }} options.secrets
 * @param {string} [options.accountsFile] keeps the demo's sign-ins, so that each start can print them
 * @returns {Promise<{ appUrl: string, adminUrl: string, signIns: SignIn[] }>}
 */
export async function prepareDatabase({ superuserUrl, databaseName, secrets, accountsFile }) {
  const { provision, migrate, createDatabase, seed } = await databasePackage();
  const passwords = { owner: secrets.ownerPassword, app: secrets.appPassword, admin: secrets.adminPassword };
  try {
    const { ownerUrl, appUrl, adminUrl } = await provision({ superuserUrl, databaseName, passwords });
    const applied = await migrate({
      ownerUrl,
      /** @param {{ name: string }} migration */
      onProgress: ({ name }) => say('database', `migration ${name}`),
    });
    const database = createDatabase({ appUrl, adminUrl });
    const seeded = await seed(database).finally(() => database.close());
    say('database', `${databaseName}: ${applied.length} migrations applied, ${seeded.tenantsCreated} tenants created`);
    return { appUrl, adminUrl, signIns: accountsFile ? keep(seeded, accountsFile) : seeded.signIns };
  } catch (error) {
    const text = error instanceof Error ? error.message || String(error.cause) : String(error);
    throw new Trouble(`The database could not be prepared: ${text}.`, error instanceof Error ? error.stack : undefined);
  }
}

/** @param {{ signIns: SignIn[], usersExisted: boolean }} seeded @param {string} file @returns {SignIn[]} the new ones and those of earlier starts */
function keep({ signIns, usersExisted }, file) {
  const kept = usersExisted ? readJson(file) : [];
  const earlier = Array.isArray(kept) ? kept.filter((one) => typeof one?.email === 'string') : [];
  const made = new Set(signIns.map(({ email }) => email));
  // A user made anew has a new password; the old one's line would only mislead.
  const all = [...earlier.filter(({ email }) => !made.has(email)), ...signIns];
  if (signIns.length > 0) writePrivateJson(file, all);
  return all;
}
