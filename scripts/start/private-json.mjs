// @ts-check
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** @param {string} file @returns {any} undefined where it is missing or not whole */
export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {string} file for this user only, whole or not at all @param {unknown} value */
export function writePrivateJson(file, value) {
  const next = `${file}.new`;
  writeFileSync(next, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(next, file);
}
