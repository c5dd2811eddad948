// @ts-check
import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
const [{ cacheSuite }, { report }] = await Promise.all([import('./cache-suite/main.mjs'), import('./trouble.mjs')]);
try {
  await cacheSuite(process.argv.slice(2));
} catch (error) {
  report(error);
  process.exit(1);
}
