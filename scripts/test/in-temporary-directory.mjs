// @ts-check
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * @template T
 * @param {(directory: string) => T | Promise<T>} work in a directory whose name has a space, and which is gone afterwards
 */
export async function inTemporaryDirectory(work) {
  const directory = mkdtempSync(path.join(tmpdir(), 'tenantcache scripts-'));
  chmodSync(directory, 0o755);
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
