// @ts-check
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';

/**
 * What the figures were measured on.
 * @param {string} root
 * @param {string} redisUrl
 * @returns {Promise<Record<string, string | number>>}
 */
export async function machineFacts(root, redisUrl) {
  const cpus = os.cpus();
  return {
    date: new Date().toISOString(),
    commit: commitOf(root),
    node: process.version,
    redis: await redisVersion(redisUrl),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    processor: `${cpus[0]?.model.trim() ?? 'unknown'}, ${cpus.length} cores`,
    memory: `${Math.round(os.totalmem() / 1024 ** 3)} GiB`,
    'load before': os
      .loadavg()
      .map((load) => load.toFixed(2))
      .join(' '),
    peers: peerVersions(root),
  };
}

/** @param {string} root */
function commitOf(root) {
  try {
    const git = (/** @type {string[]} */ ...args) =>
      execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') === '' ? '' : ' with changes'}`;
  } catch {
    return 'unknown';
  }
}

/** @param {string} root */
function peerVersions(root) {
  /** @type {{ devDependencies: Record<string, string> }} */
  const { devDependencies } = JSON.parse(readFileSync(path.join(root, 'bench', 'package.json'), 'utf8'));
  return Object.entries(devDependencies)
    .filter(([, version]) => !version.startsWith('workspace:'))
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}

/** @param {string} url @returns {Promise<string>} */
function redisVersion(url) {
  const { hostname, port, password } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 6379), timeout: 2_000 });
    let text = '';
    const end = () => {
      socket.destroy();
      resolve(/(?:redis|valkey)_version:(\S+)/.exec(text)?.[1] ?? 'unknown');
    };
    socket.once('connect', () => socket.write(`${password ? `AUTH ${password}\r\n` : ''}INFO server\r\n`));
    socket.on('data', (data) => {
      text += data.toString();
      if (text.includes('_version:')) end();
    });
    socket.once('timeout', end);
    socket.once('error', end);
    socket.once('close', end);
  });
}
