// @ts-check
import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
const [{ chaos }, { report }] = await Promise.all([import('./testing/chaos.mjs'), import('./trouble.mjs')]);
try {
  await chaos(process.argv.slice(2));
} catch (error) {
  report(error);
  process.exit(1);
}
