import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const run = (file, ...args) => execFileSync(process.execPath, [file, ...args], { cwd: root, stdio: 'inherit' });

rmSync(dist, { recursive: true, force: true });
if (existsSync(join(root, 'embed-scripts.mjs'))) run('embed-scripts.mjs');

const shared = {
  absWorkingDir: root,
  entryPoints: {
    index: 'src/index.ts',
    'market-data': 'src/market-data/index.ts',
    postgres: 'src/postgres/index.ts',
    testing: 'src/testing/index.ts',
  },
  outdir: dist,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  sourcemap: true,
  logLevel: 'warning',
  // The database package is private to the workspace, so the published bundle carries it.
  plugins: [
    {
      name: 'bundle-database',
      setup(plugin) {
        plugin.onResolve({ filter: /^@tenantcache\/database$/ }, () => ({
          path: join(root, '..', 'prisma', 'src', 'index.ts'),
        }));
      },
    },
  ],
};

await build({ ...shared, format: 'esm', splitting: true, chunkNames: 'chunks/[name]-[hash]' });
await build({
  ...shared,
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  define: { 'import.meta.url': '__importMetaUrl' },
  banner: { js: "const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
});

const tsc = join(root, '..', 'node_modules', 'typescript', 'bin', 'tsc');
run(tsc, '-p', 'tsconfig.build.json');
// The same declarations, read as CommonJS: a `require` user must not be told of an ES module.
cpSync(join(dist, 'types'), join(dist, 'types-cjs'), { recursive: true });
writeFileSync(join(dist, 'types-cjs', 'package.json'), '{ "type": "commonjs" }\n');
