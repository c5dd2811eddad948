// @ts-check
import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
const [{ buildAll }, { report }] = await Promise.all([import('./setup/build-all.mjs'), import('./trouble.mjs')]);
try {
  await buildAll(process.argv.slice(2));
} catch (error) {
  report(error);
  process.exit(1);
}
