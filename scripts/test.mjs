// @ts-check
import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
// Imported only now, because an old Node would already trip over what these files import.
const [{ main }, { report }] = await Promise.all([import('./testing/main.mjs'), import('./trouble.mjs')]);
try {
  await main(process.argv.slice(2));
} catch (error) {
  report(error);
  process.exit(1);
}
