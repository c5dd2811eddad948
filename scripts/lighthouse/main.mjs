// @ts-check
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PROJECT_ROOT } from '../project-root.mjs';
import { say } from '../say.mjs';
import { provideChromium } from '../services/chromium.mjs';
import { run } from '../services/run.mjs';
import { readJson } from '../start/private-json.mjs';
import { Trouble } from '../trouble.mjs';
import { firstLoads, tableOf } from './first-load.mjs';
import { pageOfRunningDashboard } from './running-dashboard.mjs';
import { signedInCookie } from './sign-in.mjs';

const HELP = `npm run lighthouse -- [options]

Measures the overview of a running dashboard, signed in, with Lighthouse, and lists what each route loads first.
Of several runs the one with the median performance counts, as Lighthouse advises for machines that do other things too;
of accessibility and best practices the least.

  --url <url>        the dashboard (default: http://127.0.0.1:3000)
  --path <path>      the page (default: /)
  --data-dir <path>  the data directory of npm start, for the demo's admin (default: .data)
  --runs <n>         how often it is measured, 1 to 15 (default: 5)
  --sizes            only the list of what each route loads first, from the last build
  --help             this text

Environment: LIGHTHOUSE_EMAIL and LIGHTHOUSE_PASSWORD, where the dashboard is not the demo's.
`;

/** What the overview has to reach. */
const LEAST = { performance: 90, accessibility: 95, 'best-practices': 95 };
const AUDITS = [
  'first-contentful-paint',
  'largest-contentful-paint',
  'total-blocking-time',
  'cumulative-layout-shift',
  'speed-index',
];
const MOST_RUNS = 15;

/** @param {string[]} args @returns {Promise<boolean>} whether every score is reached @throws {Trouble} */
export async function main(args) {
  const options = parse(args);
  if (options.help) {
    process.stdout.write(HELP);
    return true;
  }
  const page = options.sizes ? undefined : await pageOfRunningDashboard(options.url, options.path);
  const sizes = firstLoads(path.join(PROJECT_ROOT, 'dashboard', '.next'));
  process.stdout.write(`${tableOf(sizes)}\n`);
  if (page === undefined) return true;
  const reports = await measure(page, accountOf(options['data-dir']), options.runs);
  const { report, scores } = medianOf(reports);
  say('lighthouse', `performance of ${scores.length} runs: ${scores.join(', ')}; of the median, of all else the least`);
  let reached = true;
  for (const [category, least] of Object.entries(LEAST)) {
    const score = category === 'performance' ? scoreOf(report, category) : leastOf(reports, category);
    if (score < least) reached = false;
    say('lighthouse', `${category} ${score}${score < least ? `, but has to be ${least} at least` : ''}`);
  }
  for (const audit of AUDITS) say('lighthouse', `${audit} ${report.audits[audit]?.displayValue ?? 'not measured'}`);
  return reached;
}

/**
 * @typedef {{ categories: Record<string, { score: number | null }>, audits: Record<string, { displayValue?: string }> }} Report
 * @param {URL} url
 * @param {{ email: string, password: string }} account
 * @param {number} runs
 * @returns {Promise<Report[]>}
 */
async function measure(url, account, runs) {
  const ofJourneys = createRequire(path.join(PROJECT_ROOT, 'e2e', 'package.json'));
  const playwright = ofJourneys('@playwright/test');
  const executable = await provideChromium({
    playwright: path.join(PROJECT_ROOT, 'e2e/node_modules/@playwright/test/cli.js'),
  });
  const directory = mkdtempSync(path.join(tmpdir(), 'tenantcache-lighthouse-'));
  try {
    const cookie = await signedInCookie({ chromium: playwright.chromium, executable, origin: url.origin, account });
    /** @type {Report[]} */
    const reports = [];
    while (reports.length < runs) {
      const reportFile = path.join(directory, `${reports.length}.json`);
      const code = await run(
        {
          command: process.execPath,
          args: [
            path.join(path.dirname(ofJourneys.resolve('lighthouse/package.json')), 'cli', 'index.js'),
            url.href,
            '--quiet',
            '--preset=desktop',
            '--output=json',
            `--output-path=${reportFile}`,
            `--only-categories=${Object.keys(LEAST).join(',')}`,
            `--extra-headers=${JSON.stringify({ Cookie: cookie })}`,
            `--chrome-flags=--headless=new --disable-dev-shm-usage${process.getuid?.() === 0 ? ' --no-sandbox' : ''}`,
          ],
          env: { ...process.env, CHROME_PATH: executable ?? playwright.chromium.executablePath() },
        },
        ['ignore', 'ignore', 'inherit'],
      );
      const report = readJson(reportFile);
      if (code !== 0 || !report) throw new Trouble(`Lighthouse ended with code ${code}: the lines above say why.`);
      reports.push(report);
    }
    return reports;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** @param {readonly Report[]} reports @returns {{ report: Report, scores: number[] }} scores from the worst to the best */
export function medianOf(reports) {
  const performance = (/** @type {Report} */ report) => scoreOf(report, 'performance');
  const sorted = [...reports].sort((one, other) => performance(one) - performance(other));
  const report = /** @type {Report} */ (sorted[Math.floor((sorted.length - 1) / 2)]);
  return { report, scores: sorted.map(performance) };
}

/** Of what does not hang on how busy the machine is. @param {readonly Report[]} reports @param {string} category */
export function leastOf(reports, category) {
  return Math.min(...reports.map((report) => scoreOf(report, category)));
}

/** @param {Report} report @param {string} category @returns {number} 0 to 100; 0 where it was not judged */
function scoreOf({ categories }, category) {
  return Math.round(100 * (categories[category]?.score ?? 0));
}

/** @param {string} dataDirectory @returns {{ email: string, password: string }} */
function accountOf(dataDirectory) {
  const { LIGHTHOUSE_EMAIL: email, LIGHTHOUSE_PASSWORD: password } = process.env;
  if (email && password) return { email, password };
  const file = path.resolve(PROJECT_ROOT, dataDirectory, 'demo-accounts.json');
  const accounts = /** @type {{ email: string, password: string, role: string }[]} */ (readAccounts(file));
  const admin = accounts.find(({ role }) => role === 'admin');
  if (admin) return admin;
  throw new Trouble(`${file} has no admin: start the demo, or set LIGHTHOUSE_EMAIL and LIGHTHOUSE_PASSWORD.`);
}

/** @param {string} file */
function readAccounts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
}

/** @param {string[]} args */
function parse(args) {
  const { runs: text, ...options } = parsed(args);
  const runs = Number(text);
  if (Number.isInteger(runs) && runs >= 1 && runs <= MOST_RUNS) return { ...options, runs };
  throw new Trouble(`--runs ${text} is not allowed: give a whole number from 1 to ${MOST_RUNS}.`);
}

/** @param {string[]} args */
function parsed(args) {
  try {
    return parseArgs({
      args,
      options: {
        url: { type: 'string', default: 'http://127.0.0.1:3000' },
        path: { type: 'string', default: '/' },
        'data-dir': { type: 'string', default: '.data' },
        runs: { type: 'string', default: '5' },
        sizes: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new Trouble(
      `${error instanceof Error ? error.message : error}: npm run lighthouse -- --help lists the options.`,
    );
  }
}
