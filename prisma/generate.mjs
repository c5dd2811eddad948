import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

// `generate` needs no native engine, but the CLI downloads one unless this names an executable. Node is one everywhere.
const harmlessBinary = process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? process.execPath;
const cli = createRequire(import.meta.url).resolve('prisma/build/index.js');

const { status } = spawnSync(process.execPath, [cli, 'generate', '--no-hints'], {
  cwd: dirname(fileURLToPath(import.meta.url)),
  env: {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: harmlessBinary,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  },
  stdio: ['ignore', 'inherit', 'inherit'],
});
process.exit(status ?? 1);
