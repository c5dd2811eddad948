// @ts-check
import { say } from '../say.mjs';
import { tailOf } from '../services/run.mjs';
import { report, Trouble } from '../trouble.mjs';

/** @typedef {import('../services/supervisor.mjs').Running} Running */

/**
 * Says which process ended by itself. The product lives on without Redis, Prometheus and the traffic, which is what it
 * is for; without one of the others there is nothing to show.
 * @param {object} options
 * @param {(Running | undefined)[]} options.needed
 * @param {(Running | undefined)[]} options.spared
 * @param {import('../services/supervisor.mjs').Supervisor} options.supervisor
 * @param {() => void} options.onLoss
 */
export function watch({ needed, spared, supervisor, onLoss }) {
  for (const running of needed) {
    void running?.ended.then(async (how) => {
      if (supervisor.isStopping) return;
      report(
        new Trouble(
          `${running.name} has ended (${how}), so everything is stopped: see ${running.logFile}.`,
          await tailOf(running.logFile),
        ),
      );
      onLoss();
    });
  }
  for (const running of spared) {
    void running?.ended.then((how) => {
      if (!supervisor.isStopping)
        say(running.name, `has ended (${how}); the others go on without it, log in ${running.logFile}`);
    });
  }
}
