// @ts-check
import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
const [{ verify }, { report }] = await Promise.all([import('./testing/verify.mjs'), import('./trouble.mjs')]);
try {
  await verify();
} catch (error) {
  report(error);
  process.exit(1);
}
