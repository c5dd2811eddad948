// @ts-check
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PROJECT_ROOT } from '../project-root.mjs';
import { build } from './build.mjs';
import { requireUsableCheckout } from './checkout.mjs';
import { install } from './install.mjs';

/** @param {string[]} args `--no-dashboard` leaves the longest part out */
export async function buildAll(args) {
  const { values } = parseArgs({ args, options: { 'no-dashboard': { type: 'boolean', default: false } } });
  const logDirectory = path.join(PROJECT_ROOT, '.data', 'logs');
  await requireUsableCheckout(PROJECT_ROOT);
  await install(PROJECT_ROOT, logDirectory);
  await build(PROJECT_ROOT, logDirectory, { dashboard: !values['no-dashboard'] });
}
