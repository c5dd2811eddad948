// @ts-check
import path from 'node:path';
import { say, seconds } from '../say.mjs';
import { provideChromium } from '../services/chromium.mjs';
import { run } from '../services/run.mjs';
import { readJson } from '../start/private-json.mjs';
import { report } from '../trouble.mjs';

/**
 * Runs Playwright, which starts the product itself, and counts its tests.
 * @param {object} options
 * @param {string} options.root
 * @param {import('./tally.mjs').Tally} options.tally
 * @param {string} options.directory for what it reports
 * @param {NodeJS.ProcessEnv} options.env
 */
export async function runEndToEnd({ root, tally, directory, env }) {
  const startedAt = performance.now();
  process.stdout.write('\ne2e …\n');
  const playwright = path.join(root, 'e2e/node_modules/@playwright/test/cli.js');
  const reportFile = path.join(directory, 'playwright.json');
  let code = 1;
  try {
    const chromium = await provideChromium({ playwright });
    code = await run(
      {
        command: process.execPath,
        args: [playwright, 'test', '--reporter=list,json'],
        cwd: path.join(root, 'e2e'),
        env: { ...env, ...(chromium && { CHROMIUM_PATH: chromium }), PLAYWRIGHT_JSON_OUTPUT_FILE: reportFile },
      },
      ['ignore', 'inherit', 'inherit'],
    );
  } catch (error) {
    report(error);
  }
  const durationMs = performance.now() - startedAt;
  const { passed, failed } = countsOf(readJson(reportFile)?.stats);
  tally.add({ kind: 'e2e', passed, failed: code !== 0 && failed === 0 ? 1 : failed, durationMs });
  say('e2e', `${code === 0 ? 'passed' : 'failed'} in ${seconds(durationMs)}`);
}

/**
 * A test that only passed when repeated, or was skipped, counts as failed.
 * @param {{ expected: number, unexpected: number, flaky: number, skipped: number } | undefined} stats
 */
export function countsOf(stats) {
  if (!stats) return { passed: 0, failed: 0 };
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + stats.skipped };
}
