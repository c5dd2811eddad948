// @ts-check
import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
const [{ main }, { report }] = await Promise.all([import('./seed/main.mjs'), import('./trouble.mjs')]);
try {
  await main(process.argv.slice(2));
} catch (error) {
  report(error);
  process.exit(1);
}
