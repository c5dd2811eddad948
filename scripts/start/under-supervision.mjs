// @ts-check
import path from 'node:path';
import { say } from '../say.mjs';
import { endCommandsUnderWay } from '../services/run.mjs';
import { Supervisor } from '../services/supervisor.mjs';
import { report } from '../trouble.mjs';
import { listenForTheEnd } from './ending.mjs';
import { lockDirectory } from './lock.mjs';

/**
 * Runs what starts processes: alone on its data directory, after what a killed run left has been ended, and until a
 * signal ends all of it.
 * @param {object} options
 * @param {string} options.directory
 * @param {string} options.command as the reader knows it
 * @param {(running: { supervisor: Supervisor, onLoss: () => void }) => Promise<void>} work `onLoss` is to be called
 * where something ended that the others cannot do without
 */
export async function underSupervision({ directory, command }, work) {
  const unlock = lockDirectory(directory, command);
  const supervisor = new Supervisor({
    logDirectory: path.join(directory, 'logs'),
    ledgerFile: path.join(directory, 'processes.json'),
  });
  process.on('exit', () => {
    supervisor.killAll();
    endCommandsUnderWay();
    unlock();
  });
  /** @type {Promise<void> | undefined} */
  let ending;
  /** @param {number} exitCode */
  const end = (exitCode) => {
    ending ??= supervisor.stopAll().then((stopped) => {
      if (stopped > 0) say('end', 'everything is stopped');
      process.exit(exitCode);
    });
    return ending;
  };
  listenForTheEnd({
    onFirst: (reason) => {
      say('end', `${reason}: stopping everything, which takes up to 20 s; once more to kill it`);
      endCommandsUnderWay();
      void end(0);
    },
    onSecond: () => process.exit(1),
  });
  try {
    const orphans = (await supervisor.ledger?.endOrphans()) ?? [];
    if (orphans.length > 0) say('start', `ended what an earlier run left: ${orphans.join(', ')}`);
    await work({ supervisor, onLoss: () => void end(1) });
    // The children are spawned detached and their pipes are files: something has to keep this process.
    setInterval(() => {}, 2 ** 30);
  } catch (error) {
    // What fails after the end was asked for fails because of it.
    if (!supervisor.isStopping) report(error);
    await end(1);
  }
}
