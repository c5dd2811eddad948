// @ts-check
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { birthOf } from './process-identity.mjs';
import { endGroup, signal } from './signal.mjs';

/** @typedef {{ name: string, pid: number, birth: string, stopSignal: NodeJS.Signals, graceMs: number }} Entry */

/** What is running on behalf of this data directory, on disk, so that the next run can end what a killed one left. */
export class Ledger {
  /** @param {string} file */
  constructor(file) {
    this.file = file;
  }

  /** @returns {Entry[]} oldest first; empty where the file is missing or torn */
  entries() {
    try {
      const entries = JSON.parse(readFileSync(this.file, 'utf8'));
      return Array.isArray(entries) ? entries.filter((entry) => Number.isInteger(entry?.pid) && entry.pid > 1) : [];
    } catch {
      return [];
    }
  }

  /** @param {Entry} entry */
  add(entry) {
    this.#write([...this.entries(), entry]);
  }

  /** @param {number} pid */
  remove(pid) {
    this.#write(this.entries().filter((entry) => entry.pid !== pid));
  }

  /**
   * Ends the processes that a killed run left behind, the youngest first.
   * @returns {Promise<string[]>} their names
   */
  async endOrphans() {
    const orphans = this.entries().filter(({ pid, birth }) => birth !== '' && birthOf(pid) === birth);
    for (const { pid, birth, stopSignal, graceMs } of orphans.toReversed()) {
      signal(pid, stopSignal);
      const deadline = performance.now() + graceMs;
      while (birthOf(pid) === birth) {
        if (performance.now() > deadline) signal(-pid, 'SIGKILL');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await endGroup(pid);
    }
    rmSync(this.file, { force: true });
    return orphans.map(({ name }) => name);
  }

  /** @param {Entry[]} entries */
  #write(entries) {
    const next = `${this.file}.new`;
    writeFileSync(next, `${JSON.stringify(entries)}\n`, { mode: 0o600 });
    renameSync(next, this.file);
  }
}
