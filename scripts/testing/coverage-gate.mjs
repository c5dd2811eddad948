// @ts-check
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { say } from '../say.mjs';

const NEEDED_PERCENT = 95;
const WEAKEST_SHOWN = 10;

/** Jest takes them as relative to the workspace, though each project has its own root. */
export const COVERED = ['server/src/**/*.ts', 'prisma/src/**/*.ts', '!**/generated/**', '!**/*.d.ts'];

/** @typedef {{ file: string, total: number, covered: number }} FileLines */

/**
 * @param {string} summaryFile jest's coverage-summary.json
 * @param {string} root
 * @returns {Promise<FileLines[]>} lines of the files that the gate is about
 */
export async function readCoverage(summaryFile, root) {
  const gated = ['server/src', 'prisma/src'].map((name) => path.join(root, name) + path.sep);
  /** @type {[string, { lines: { total: number, covered: number } }][]} */
  const entries = Object.entries(JSON.parse(readFileSync(summaryFile, 'utf8')));
  const inScope = entries.filter(([file]) => gated.some((directory) => file.startsWith(directory)));
  const runnable = await Promise.all(inScope.map(async ([file, { lines }]) => lines.covered > 0 || hasCode(file)));
  return inScope
    .filter((_, index) => runnable[index])
    .map(([file, { lines }]) => ({ file: path.relative(root, file), total: lines.total, covered: lines.covered }));
}

/** @param {string} file that never ran @returns {Promise<boolean>} false where it holds types alone, which cannot run */
async function hasCode(file) {
  const { transform } = await import('esbuild');
  const { code } = await transform(readFileSync(file, 'utf8'), { loader: 'ts' });
  return code.trim() !== '';
}

/** @param {FileLines[]} files @returns {number} percent; 0 where nothing was measured */
export function percentOf(files) {
  const total = files.reduce((sum, file) => sum + file.total, 0);
  const covered = files.reduce((sum, file) => sum + file.covered, 0);
  return total === 0 ? 0 : (100 * covered) / total;
}

/** @param {FileLines[]} files @returns {boolean} whether enough lines ran; prints the figure, and the weakest files where they did not */
export function passesGate(files) {
  const percent = percentOf(files);
  const passed = percent >= NEEDED_PERCENT;
  say('coverage', `${percent.toFixed(2)} % of the lines of server/src and prisma/src; ${NEEDED_PERCENT} % are needed`);
  if (!passed) {
    const weakest = files.toSorted((a, b) => b.total - b.covered - (a.total - a.covered)).slice(0, WEAKEST_SHOWN);
    for (const { file, total, covered } of weakest) say('coverage', `${total - covered} lines of ${file} never ran`);
  }
  return passed;
}
