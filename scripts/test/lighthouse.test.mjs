import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from '@jest/globals';
import { leastOf, medianOf } from '../lighthouse/main.mjs';
import { PROJECT_ROOT } from '../project-root.mjs';

const script = path.join(PROJECT_ROOT, 'scripts', 'lighthouse.mjs');

async function measure(url) {
  const child = spawn(process.execPath, [script, '--url', url], { env: {} });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status, stdout, stderr };
}

/** One that answers everything as `answer` does. */
async function listening(answer) {
  const server = createServer(answer);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = () => new Promise((resolve) => server.close(resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}

it('says in one sentence that no dashboard answers, and what to do, and measures nothing', async () => {
  const { url, close } = await listening(() => {});
  await close();
  const { status, stdout, stderr } = await measure(url);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(/npm start.*--url/)]);
  expect(stderr).toContain(url);
});

it('says the same of what is no dashboard, and of what is no address', async () => {
  const { url, close } = await listening((_request, response) => response.writeHead(404).end());
  const other = await measure(url);
  await close();
  expect(other).toMatchObject({ status: 1, stderr: expect.stringMatching(/404.*npm start/) });
  expect(await measure('nowhere')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^--url nowhere [^\n]*\n$/),
  });
});

it('judges by the run of the median, the worse of two in the middle', () => {
  const report = (score) => ({ categories: { performance: { score } }, audits: {} });
  const judged = (...scores) => {
    const { report: chosen, scores: all } = medianOf(scores.map(report));
    return [chosen.categories.performance.score, all];
  };
  expect(judged(0.97, 0.76, 0.91)).toEqual([0.91, [76, 91, 97]]);
  expect(judged(0.97, 0.76)).toEqual([0.76, [76, 97]]);
});

it('judges what does not hang on the machine by the worst of all runs, and what was not judged as none', () => {
  const reports = [1, 0.94, 0.98].map((score) => ({ categories: { accessibility: { score } }, audits: {} }));
  expect(leastOf(reports, 'accessibility')).toBe(94);
  expect(leastOf([...reports, { categories: {}, audits: {} }], 'accessibility')).toBe(0);
});

it('says which numbers of runs it takes', async () => {
  const child = spawn(process.execPath, [script, '--runs', '0'], { env: {} });
  const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/--runs 0 .* 1 to 15/) });
});
