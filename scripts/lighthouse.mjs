// @ts-check
import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
const [{ main }, { report }] = await Promise.all([import('./lighthouse/main.mjs'), import('./trouble.mjs')]);
try {
  process.exit((await main(process.argv.slice(2))) ? 0 : 1);
} catch (error) {
  report(error);
  process.exit(1);
}
