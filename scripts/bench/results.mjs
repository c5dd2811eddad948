// @ts-check

/**
 * What one case found out, one table each.
 * @typedef {object} Finding
 * @property {string} title
 * @property {string} note
 * @property {string[]} columns
 * @property {{ name: string, cells: (number | string)[], target?: string, reached?: boolean }[]} rows
 */

/** @typedef {{ case: string, findings: Finding[], seconds: number, failed?: string }} CaseResult */

/**
 * @typedef {object} Results
 * @property {Record<string, string | number>} machine
 * @property {boolean} quick
 * @property {CaseResult[]} cases
 */

/** @param {string} text JSON, one finding a line @returns {Finding[]} */
export function readFindings(text) {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** @param {Results} results @returns {{ reached: number, missed: string[] }} */
export function judge(results) {
  /** @type {string[]} */
  const missed = [];
  let reached = 0;
  for (const { findings } of results.cases) {
    for (const { title, rows } of findings) {
      for (const { name, target, reached: good } of rows) {
        if (target === undefined) continue;
        if (good) reached++;
        else missed.push(`${title}: ${name} (${target})`);
      }
    }
  }
  return { reached, missed };
}

/** @param {Results} results @returns {string} Markdown */
export function render(results) {
  const { reached, missed } = judge(results);
  const facts = Object.entries(results.machine).map(([name, value]) => `- ${name}: ${value}`);
  const verdict = `${reached} of ${reached + missed.length} targets reached.`;
  return [
    '# Benchmark results',
    ...(results.quick ? ['A quick run: it shows the form, its figures mean little.'] : []),
    facts.join('\n'),
    missed.length === 0 ? verdict : `${verdict} Not reached:\n\n${missed.map((line) => `- ${line}`).join('\n')}`,
    ...results.cases.flatMap(section),
    '',
  ].join('\n\n');
}

/** @param {CaseResult} result @returns {string[]} Markdown, one string a table */
export function section({ case: name, findings, failed }) {
  const tables = findings.map(({ title, note, columns, rows }) => {
    const judged = rows.some(({ target }) => target !== undefined);
    const head = ['', ...columns, ...(judged ? ['target', ''] : [])];
    const body = rows.map((row) => [
      row.name,
      ...row.cells.map(shown),
      ...(judged ? [row.target ?? '', verdictOf(row)] : []),
    ]);
    const lines = [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...body];
    return `## ${title}\n\n${note}\n\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}`;
  });
  return failed === undefined ? tables : [...tables, `## ${name}: failed\n\n${failed}`];
}

/** @param {{ target?: string, reached?: boolean }} row */
function verdictOf({ target, reached }) {
  if (target === undefined) return '';
  return reached ? 'reached' : '**not reached**';
}

/** @param {number | string} cell */
function shown(cell) {
  return typeof cell === 'number' ? cell.toLocaleString('en', { maximumFractionDigits: 3 }) : cell;
}
