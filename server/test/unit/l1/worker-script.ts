import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A TypeScript file bundled to run in Node with flags of its own. */
export async function workerScript(url: URL) {
  const directory = mkdtempSync(join(tmpdir(), 'tenantcache-l1-'));
  const outfile = join(directory, 'worker.mjs');
  await build({
    entryPoints: [fileURLToPath(url)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    logLevel: 'error',
  });
  return {
    run(flags: readonly string[], argument: string) {
      const env = { ...process.env, NODE_OPTIONS: '' };
      const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, outfile, argument], { env });
      return { alive: status === 0, output: String(stdout), errors: String(stderr) };
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
