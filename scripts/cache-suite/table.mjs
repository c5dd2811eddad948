// @ts-check
import { REASONS } from './reasons.mjs';

/**
 * @typedef {object} Row
 * @property {string} suite
 * @property {string} id
 * @property {'required' | 'optimal' | 'check'} kind
 * @property {boolean} passed
 * @property {string} shown as the suite itself counts it, with the tests that it depends on
 * @property {string} message
 */

/** Counted the same way from the results that the suite publishes: required, optimal. */
const PEERS = [
  ['Apache', 141, 69],
  ['Caddy', 138, 44],
  ['Squid', 138, 59],
  ['Varnish', 138, 49],
  ['Traffic Server', 136, 74],
  ['HAProxy', 126, 40],
  ['nginx', 115, 66],
  ['Fastly', 115, 57],
  ['a proxy without a cache', 93, 1],
];

const FROM = '<!-- results of npm run cache-suite -->';
const TO = '<!-- end of the results -->';

/**
 * One row for each test that does not need a browser.
 * @param {{ id: string, tests: { id: string, kind?: string, browser_only?: boolean }[] }[]} suites
 * @param {Record<string, true | [string, string]>} results
 * @param {(suites: unknown, id: string, results: unknown) => [string, string, string]} determine
 * @returns {Row[]}
 */
export function rowsOf(suites, results, determine) {
  return suites.flatMap((suite) =>
    suite.tests
      .filter((test) => test.browser_only !== true)
      .map((test) => {
        const result = results[test.id];
        return {
          suite: suite.id,
          id: test.id,
          kind: /** @type {Row['kind']} */ (test.kind ?? 'required'),
          passed: result === true,
          shown: determine(suites, test.id, results)[2],
          message: Array.isArray(result) ? result[1] : '',
        };
      }),
  );
}

/** @param {Row[]} rows @returns {Record<string, { all: number, passed: number, withDependencies: number }>} */
export function countsOf(rows) {
  return Object.fromEntries(
    ['required', 'optimal', 'check'].map((kind) => {
      const of = rows.filter((row) => row.kind === kind);
      return [
        kind,
        {
          all: of.length,
          passed: of.filter((row) => row.passed).length,
          withDependencies: of.filter((row) => row.shown === '✅' || row.shown === 'Y').length,
        },
      ];
    }),
  );
}

/** @param {Row[]} rows @param {string} version of the suite @returns {string} Markdown */
export function pagePart(rows, version) {
  const { required, optimal, check } = countsOf(rows);
  if (!required || !optimal || !check) throw new Error('the suite has no tests');
  const counts = [
    ['', `required (${required.all})`, `optimal (${optimal.all})`],
    ['tenantcache', `**${required.passed}**`, `**${optimal.passed}**`],
    ...PEERS.map((peer) => peer.map(String)),
  ];
  const failed = rows.filter((row) => row.kind !== 'check' && !row.passed);
  return [
    `Run with version ${version} of the suite. Behaviours that it only asks for (\`check\`): yes to ${check.passed} of`,
    `${check.all}. Counted with the tests that each one depends on, as the suite's page does: ${required.withDependencies} required,`,
    `${optimal.withDependencies} optimal.`,
    '',
    ...tableLines(counts),
    '',
    '### Not passed, and why',
    '',
    ...tableLines([
      ['test', 'class', 'reason'],
      ...failed.map((row) => [`\`${row.id}\``, row.kind, REASONS[row.id] ?? `**unexplained**: ${row.message}`]),
    ]),
    '',
    '### Every test',
    '',
    ...tableLines([
      ['group', 'test', 'class', 'result'],
      ...rows.map((row) => [row.suite, `\`${row.id}\``, row.kind, resultOf(row)]),
    ]),
  ].join('\n');
}

/** @param {Row} row */
function resultOf(row) {
  if (row.kind === 'check') return row.passed ? 'yes' : 'no';
  return row.passed ? 'passed' : '**not passed**';
}

/** @param {readonly (readonly string[])[]} rows padded, as the formatter of the project does */
function tableLines(rows) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(3, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (/** @type {readonly string[]} */ row) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(rows[0] ?? []), rule, ...rows.slice(1).map(line)];
}

/** @param {string} page @param {string} part @returns {string} the page with the part between its two marks */
export function between(page, part) {
  const [from, to] = [page.indexOf(FROM), page.indexOf(TO)];
  if (from === -1 || to < from) throw new Error(`the page has no ${FROM} … ${TO}`);
  return `${page.slice(0, from + FROM.length)}\n\n${part}\n\n${page.slice(to)}`;
}
