// @ts-check
import path from 'node:path';
import { PROJECT_ROOT } from '../project-root.mjs';

/**
 * Packages stay outside. One that a file of another workspace package asks for is found from there: the bench has no need
 * of its own for what the example depends on.
 * @type {import('esbuild').Plugin}
 */
const PACKAGES_OF_THEIR_OWN = {
  name: 'packages-of-their-own',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path: name, importer, resolveDir, kind, pluginData }) => {
      if (kind === 'entry-point' || pluginData === PACKAGES_OF_THEIR_OWN) return undefined;
      if (importer.startsWith(path.join(PROJECT_ROOT, 'bench', path.sep))) return { path: name, external: true };
      const found = await resolve(name, { importer, resolveDir, kind, pluginData: PACKAGES_OF_THEIR_OWN });
      return { ...found, external: true };
    });
  },
};

/** @param {string} file @returns {Promise<string>} what Node can run: TypeScript is bundled beside the bench's dependencies */
export async function executable(file) {
  if (file.endsWith('.mjs')) return file;
  const { build } = await import('esbuild');
  const outfile = path.join(PROJECT_ROOT, 'bench/node_modules/.cases', path.basename(file).replace(/\.ts$/, '.mjs'));
  await build({
    entryPoints: [file],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    plugins: [PACKAGES_OF_THEIR_OWN],
    sourcemap: 'inline',
  });
  return outfile;
}
