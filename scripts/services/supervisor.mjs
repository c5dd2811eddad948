// @ts-check
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { Trouble } from '../trouble.mjs';
import { Ledger } from './ledger.mjs';
import { birthOf } from './process-identity.mjs';
import { tailOf } from './run.mjs';
import { endGroup, signal } from './signal.mjs';

/**
 * @typedef {object} Launch
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} [uid]
 * @property {number} [gid]
 * @property {NodeJS.Signals} [stopSignal] asks it to end; SIGTERM by default
 * @property {number} [graceMs] until it is killed; 10 seconds by default
 *
 * @typedef {object} Running
 * @property {string} name
 * @property {number} pid
 * @property {string} logFile
 * @property {Promise<string>} ended how it ended, in words
 * @property {() => boolean} isRunning
 * @property {NodeJS.Signals} stopSignal
 * @property {number} graceMs
 */

/** Starts processes in groups of their own, and ends them in the reverse order of their start. */
export class Supervisor {
  /** @type {Running[]} */
  #running = [];
  #stopping = false;

  /** @param {{ logDirectory: string, ledgerFile?: string }} places the ledger lets a later run end what this one could not */
  constructor({ logDirectory, ledgerFile }) {
    mkdirSync(logDirectory, { recursive: true });
    this.logDirectory = logDirectory;
    this.ledger = ledgerFile === undefined ? undefined : new Ledger(ledgerFile);
  }

  get isStopping() {
    return this.#stopping;
  }

  /** @param {Launch} launch @returns {Promise<Running>} resolves once the process exists, which is before it is ready */
  async launch({ name, command, args, cwd, env, uid, gid, stopSignal = 'SIGTERM', graceMs = 10_000 }) {
    if (this.#stopping) throw new Trouble(`${name} was not started, because the end was asked for.`);
    const logFile = path.join(this.logDirectory, `${name}.log`);
    const log = openSync(logFile, 'w');
    const owner = uid === undefined ? {} : { uid, gid };
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', log, log],
      detached: true,
      ...owner,
    });
    closeSync(log);
    /** @type {Promise<string>} */
    const ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
    });
    const { pid } = child;
    if (pid === undefined) throw new Trouble(`${name} could not be started: ${await ended}.`);
    const isRunning = () => child.exitCode === null && child.signalCode === null;
    const running = { name, pid, logFile, ended, isRunning, stopSignal, graceMs };
    this.#running.push(running);
    this.ledger?.add({ name, pid, birth: birthOf(pid) ?? '', stopSignal, graceMs });
    return running;
  }

  /**
   * Waits until a process answers.
   * @param {Running} running
   * @param {() => Promise<boolean>} isReady
   * @param {number} timeoutMs
   * @throws {Trouble} where it ends first, or the time is over
   */
  async untilReady(running, isReady, timeoutMs) {
    const deadline = performance.now() + timeoutMs;
    while (!(await isReady())) {
      if (!running.isRunning()) {
        throw new Trouble(
          `${running.name} ended before it was ready (${await running.ended}): see ${running.logFile}.`,
          await tailOf(running.logFile),
        );
      }
      if (performance.now() > deadline) {
        throw new Trouble(
          `${running.name} was not ready within ${timeoutMs / 1000} s: see ${running.logFile}.`,
          await tailOf(running.logFile),
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** @param {Running} running asks, waits, kills what is left of its group */
  async stop(running) {
    if (running.isRunning()) {
      signal(running.pid, running.stopSignal);
      const timer = setTimeout(() => signal(-running.pid, 'SIGKILL'), running.graceMs);
      await running.ended;
      clearTimeout(timer);
    }
    await endGroup(running.pid);
    this.#running = this.#running.filter((other) => other !== running);
    this.ledger?.remove(running.pid);
  }

  /** Ends everything, the youngest first. Nothing can be launched after it. @returns {Promise<number>} how many there were */
  async stopAll() {
    this.#stopping = true;
    const youngestFirst = this.#running.toReversed();
    for (const running of youngestFirst) await this.stop(running);
    return youngestFirst.length;
  }

  /** Kills everything at once: for a second Ctrl-C and for the exit of the process itself. */
  killAll() {
    this.#stopping = true;
    for (const running of this.#running.toReversed()) signal(-running.pid, 'SIGKILL');
  }
}
