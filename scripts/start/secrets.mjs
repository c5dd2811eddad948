// @ts-check
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { readJson, writePrivateJson } from './private-json.mjs';

/** Long enough for HS256 and for iron-session, and the very length that Next's AES key must have. */
const SECRET_BYTES = 32;

const KINDS = /** @type {const} */ ({
  adminTokenSecret: 'base64url',
  tenantTokenSecret: 'base64url',
  sessionSecret: 'base64url',
  serverActionsKey: 'base64',
  ownerPassword: 'base64url',
  appPassword: 'base64url',
  adminPassword: 'base64url',
});

/** @typedef {Record<keyof typeof KINDS, string>} Secrets */

/**
 * The demo's secrets: random, made once for a data directory, readable by this user only.
 * @param {string} directory
 * @returns {Secrets}
 */
export function readOrMakeSecrets(directory) {
  const file = path.join(directory, 'secrets.json');
  const kept = readJson(file) ?? {};
  const made = Object.entries(KINDS).map(([name, encoding]) => [name, randomBytes(SECRET_BYTES).toString(encoding)]);
  const secrets = { ...Object.fromEntries(made), ...kept };
  writePrivateJson(file, secrets);
  return secrets;
}
