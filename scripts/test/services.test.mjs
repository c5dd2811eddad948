import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ledger } from '../services/ledger.mjs';
import { Ports } from '../services/ports.mjs';
import { providePostgres } from '../services/postgres.mjs';
import { birthOf, isAlive } from '../services/process-identity.mjs';
import { accepts } from '../services/reachable.mjs';
import { provideRedis } from '../services/redis.mjs';
import { Supervisor } from '../services/supervisor.mjs';
import { inTemporaryDirectory } from './in-temporary-directory.mjs';

/** @param {string} directory @param {Supervisor} supervisor */
async function provideBoth(directory, supervisor) {
  const ports = new Ports();
  const choosePort = () => ports.any();
  const postgres = await providePostgres({
    url: undefined,
    directory: path.join(directory, 'postgres'),
    durable: true,
    choosePort,
    supervisor,
  });
  const redis = await provideRedis({
    url: undefined,
    directory: path.join(directory, 'redis'),
    packageDirectory: path.join(directory, 'packages'),
    durable: true,
    choosePort,
    supervisor,
  });
  return { postgres, redis };
}

const supervisorOf = (directory) =>
  new Supervisor({ logDirectory: path.join(directory, 'logs'), ledgerFile: path.join(directory, 'processes.json') });

describe('services', () => {
  it(
    'start on loopback, end without a process left, and start again on their data',
    () =>
      inTemporaryDirectory(async (directory) => {
        let password;
        for (const round of ['first', 'second']) {
          const supervisor = supervisorOf(directory);
          const { postgres, redis } = await provideBoth(directory, supervisor);
          const pids = [postgres.running.pid, redis.running.pid];
          expect(pids.every(isAlive)).toBe(true);
          for (const url of [postgres.url, redis.url])
            expect(await accepts('127.0.0.1', Number(new URL(url).port))).toBe(true);
          if (round === 'second') expect(new URL(postgres.url).password).toBe(password);
          password = new URL(postgres.url).password;
          await supervisor.stopAll();
          expect(pids.filter((pid) => birthOf(pid) !== undefined)).toEqual([]);
          expect(existsSync(path.join(directory, 'postgres', 'data', 'postmaster.pid'))).toBe(false);
          expect(new Ledger(path.join(directory, 'processes.json')).entries()).toEqual([]);
        }
      }),
    60_000,
  );

  it(
    'that a killed run left are ended by the next one, with the ledger and without',
    () =>
      inTemporaryDirectory(async (directory) => {
        const killed = supervisorOf(directory);
        const left = await provideBoth(directory, killed);
        const next = supervisorOf(directory);
        expect(await next.ledger.endOrphans()).toEqual(['postgres', 'redis']);
        expect([left.postgres.running.pid, left.redis.running.pid].some((pid) => birthOf(pid) !== undefined)).toBe(
          false,
        );

        const second = await provideBoth(directory, next);
        rmSync(path.join(directory, 'processes.json'));
        const last = supervisorOf(directory);
        const third = await provideBoth(directory, last);
        expect(birthOf(second.postgres.running.pid)).toBeUndefined();
        expect(third.postgres.running.isRunning()).toBe(true);
        await last.stopAll();
        await next.stopAll();
      }),
    60_000,
  );
});

describe('the supervisor', () => {
  it('says which process ended before it was ready, with the end of its log', () =>
    inTemporaryDirectory(async (directory) => {
      const supervisor = supervisorOf(directory);
      const running = await supervisor.launch({
        name: 'api',
        command: process.execPath,
        args: ['-e', 'console.error("no port"); process.exit(3)'],
      });
      const trouble = await supervisor.untilReady(running, async () => false, 10_000).catch((error) => error);
      expect(trouble.message).toMatch(/^api ended before it was ready \(exit code 3\): see .*api\.log\.$/);
      expect(trouble.detail).toBe('no port');
      await supervisor.stopAll();
    }));

  it.each([
    ['does not end when asked', '() => {}'],
    ['ends when asked and forgets its children', '() => process.exit(0)'],
  ])('leaves nothing of a process that %s', (_, onTerm) =>
    inTemporaryDirectory(async (directory) => {
      const supervisor = supervisorOf(directory);
      const parent = `process.on('SIGTERM', ${onTerm}); setInterval(() => {}, 1000);
        const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
        require('node:fs').writeFileSync('child.new', String(child.pid));
        require('node:fs').renameSync('child.new', 'child');`;
      const running = await supervisor.launch({
        name: 'parent',
        command: process.execPath,
        args: ['-e', parent],
        cwd: directory,
        graceMs: 500,
      });
      await supervisor.untilReady(running, async () => existsSync(path.join(directory, 'child')), 10_000);
      await supervisor.stopAll();
      const child = Number(readFileSync(path.join(directory, 'child'), 'utf8'));
      expect([running.pid, child].filter((pid) => birthOf(pid) !== undefined)).toEqual([]);
      await expect(supervisor.launch({ name: 'late', command: process.execPath, args: [] })).rejects.toThrow(
        'the end was asked for',
      );
    }),
  );

  it('leaves a process alone whose pid the ledger knows from another one', () =>
    inTemporaryDirectory(async (directory) => {
      const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      const ledger = new Ledger(path.join(directory, 'processes.json'));
      ledger.add({ name: 'redis', pid: bystander.pid, birth: '1', stopSignal: 'SIGTERM', graceMs: 1_000 });
      expect(await ledger.endOrphans()).toEqual([]);
      expect(isAlive(bystander.pid)).toBe(true);
      bystander.kill('SIGKILL');
    }));
});
