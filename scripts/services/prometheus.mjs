// @ts-check
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../project-root.mjs';
import { say } from '../say.mjs';
import { findOnPath } from './find-binary.mjs';
import { fromPackageManager } from './package-manager.mjs';
import { answersOk, requireReachable } from './reachable.mjs';

const RULES = path.join(PROJECT_ROOT, 'deploy/prometheus/rules');

/** @param {{ target: string, scrapeSeconds: number }} options @returns {string} the configuration file; rules lie beside it */
export function prometheusConfig({ target, scrapeSeconds }) {
  return [
    'global:',
    `  scrape_interval: ${scrapeSeconds}s`,
    `  scrape_timeout: ${Math.max(1, scrapeSeconds - 1)}s`,
    `  evaluation_interval: ${scrapeSeconds}s`,
    'rule_files:',
    '  - rules/*.yml',
    'scrape_configs:',
    '  - job_name: tenantcache',
    '    static_configs:',
    `      - targets: ['${target}']`,
    '',
  ].join('\n');
}

/** @param {string} packageDirectory @returns {Promise<import('./package-manager.mjs').Binary | undefined>} */
async function find(packageDirectory) {
  const command = findOnPath('prometheus');
  if (command) return { command };
  return fromPackageManager({
    topic: 'prometheus',
    packageNames: ['prometheus'],
    brewName: 'prometheus',
    binary: 'prometheus',
    packageDirectory,
  });
}

/**
 * Tests call `prometheus`, and `promtool` that comes with it, by their names.
 * @param {string} packageDirectory
 * @returns {Promise<string>} a PATH that has both, where they are to be had
 */
export async function pathWithPrometheus(packageDirectory) {
  const usual = process.env.PATH ?? '';
  const binary = await find(packageDirectory);
  return binary ? [usual, path.dirname(binary.command)].join(path.delimiter) : usual;
}

/**
 * @param {object} options
 * @param {string | undefined} options.url
 * @param {string} options.directory for its configuration and data
 * @param {string} options.packageDirectory
 * @param {string} options.target host and port of the API
 * @param {() => Promise<number>} options.choosePort
 * @param {import('./supervisor.mjs').Supervisor} options.supervisor
 * @returns {Promise<{ url: string, running?: import('./supervisor.mjs').Running } | undefined>} undefined where none is to be had
 */
export async function providePrometheus({ url, directory, packageDirectory, target, choosePort, supervisor }) {
  if (url) {
    say(
      'prometheus',
      `${await requireReachable('PROMETHEUS_URL', url)}, from PROMETHEUS_URL; it has to scrape ${target}`,
    );
    return { url };
  }
  const binary = await find(packageDirectory);
  if (!binary) return undefined;
  mkdirSync(directory, { recursive: true });
  // A copy, since Prometheus takes a path for a pattern, and that of the checkout may hold anything.
  rmSync(path.join(directory, 'rules'), { recursive: true, force: true });
  cpSync(RULES, path.join(directory, 'rules'), { recursive: true });
  writeFileSync(path.join(directory, 'prometheus.yml'), prometheusConfig({ target, scrapeSeconds: 5 }));
  const port = await choosePort();
  const address = `127.0.0.1:${port}`;
  const running = await supervisor.launch({
    name: 'prometheus',
    command: binary.command,
    args: [
      '--config.file=prometheus.yml',
      '--storage.tsdb.path=data',
      '--storage.tsdb.retention.time=15d',
      `--web.listen-address=${address}`,
    ],
    cwd: directory,
    ...(binary.env && { env: binary.env }),
  });
  await supervisor.untilReady(running, () => answersOk(`http://${address}/-/ready`), 60_000);
  say('prometheus', `${binary.command} on ${address}, scraping ${target}`);
  return { url: `http://${address}`, running };
}
