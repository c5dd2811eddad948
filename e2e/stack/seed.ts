import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SEED = fileURLToPath(new URL('../../scripts/seed.mjs', import.meta.url));

/** Prepares an installation with so many tenants (`scale_00001`, …) and a week of their figures. */
export function seeded(tenants: number): (adminUrl: string) => Promise<void> {
  const size = ['--tenants', String(tenants), '--days', '7', '--sample-days', '1', '--bucket-minutes', '60'];
  return async (adminUrl) => {
    await promisify(execFile)(process.execPath, [SEED, '--database-url', adminUrl, ...size]);
  };
}
