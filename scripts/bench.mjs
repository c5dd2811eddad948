// @ts-check
import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
const [{ bench }, { report }] = await Promise.all([import('./bench/main.mjs'), import('./trouble.mjs')]);
try {
  await bench(process.argv.slice(2));
} catch (error) {
  report(error);
  process.exit(1);
}
