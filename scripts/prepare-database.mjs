// @ts-check
// What the compose file runs once before the API: the same as `npm start` does, with everything from the environment.
import { parseServiceUrl } from './services/reachable.mjs';
import { saySignIns } from './start/announce.mjs';
import { prepareDatabase } from './start/database.mjs';
import { report, Trouble } from './trouble.mjs';

/** @param {string} name */
function required(name) {
  const value = process.env[name];
  if (!value) throw new Trouble(`${name} is not set: see deploy/.env.example.`);
  return value;
}

try {
  const superuserUrl = required('DATABASE_SUPERUSER_URL');
  parseServiceUrl('DATABASE_SUPERUSER_URL', superuserUrl);
  const { signIns } = await prepareDatabase({
    superuserUrl,
    databaseName: process.env.DATABASE_NAME || 'tenantcache_demo',
    secrets: {
      ownerPassword: required('DATABASE_OWNER_PASSWORD'),
      appPassword: required('DATABASE_APP_PASSWORD'),
      adminPassword: required('DATABASE_ADMIN_PASSWORD'),
    },
  });
  saySignIns(signIns);
} catch (error) {
  report(error);
  process.exit(1);
}
