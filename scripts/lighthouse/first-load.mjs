// @ts-check
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { readJson } from '../start/private-json.mjs';
import { Trouble } from '../trouble.mjs';

/** @typedef {{ route: string, bytes: number, gzipBytes: number }} FirstLoad */

/**
 * What a browser loads of scripts before a route works, by the statistics that the build leaves. Largest first.
 * @param {string} directory of the build
 * @returns {FirstLoad[]}
 * @throws {Trouble} without a build
 */
export function firstLoads(directory) {
  const file = path.join(directory, 'diagnostics', 'route-bundle-stats.json');
  const rows = /** @type {{ route: string, firstLoadChunkPaths: string[] }[] | undefined} */ (readJson(file));
  if (!Array.isArray(rows)) throw new Trouble(`${file} is missing: build the dashboard first (npm run build).`);
  /** @type {Map<string, { bytes: number, gzipBytes: number }>} */
  const known = new Map();
  const sizeOf = (/** @type {string} */ chunk) => {
    const found = known.get(chunk);
    if (found) return found;
    const content = readFileSync(path.resolve(directory, '..', chunk));
    const size = { bytes: content.length, gzipBytes: gzipSync(content).length };
    known.set(chunk, size);
    return size;
  };
  return rows
    .map(({ route, firstLoadChunkPaths }) => {
      const sizes = firstLoadChunkPaths.map(sizeOf);
      return {
        route,
        bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
        gzipBytes: sizes.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0),
      };
    })
    .sort((a, b) => b.gzipBytes - a.gzipBytes || a.route.localeCompare(b.route));
}

/** @param {FirstLoad[]} rows */
export function tableOf(rows) {
  const kib = (/** @type {number} */ bytes) => (bytes / 1024).toFixed(1).padStart(10);
  const width = Math.max(5, ...rows.map(({ route }) => route.length));
  const lines = rows.map(({ route, bytes, gzipBytes }) => `${route.padEnd(width)}${kib(bytes)}${kib(gzipBytes)}`);
  return [`${'route'.padEnd(width)}${'KiB'.padStart(10)}${'gzip KiB'.padStart(10)}`, ...lines].join('\n');
}
