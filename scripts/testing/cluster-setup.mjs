// @ts-check
import { PROJECT_ROOT } from '../project-root.mjs';
import { Ports } from '../services/ports.mjs';
import { provideTestCluster } from './services.mjs';
import { withWorkbench } from './workbench.mjs';

/** @typedef {{ endTestCluster?: () => Promise<void> }} Shared what the teardown, a module of its own, ends */

/** Jest's global setup of the project `cluster`: one for the run, unless `npm test` or the environment has given one. */
export default async function setUp() {
  if (process.env.TEST_REDIS_CLUSTER) return;
  /** @type {() => void} */
  let finish = () => {};
  const finished = new Promise((resolve) => {
    finish = () => resolve(undefined);
  });
  await new Promise((resolve, reject) => {
    const whole = withWorkbench(async ({ directory, supervisor }) => {
      process.env.TEST_REDIS_CLUSTER = await provideTestCluster({
        root: PROJECT_ROOT,
        directory,
        ports: new Ports(),
        supervisor,
      });
      resolve(undefined);
      await finished;
    });
    whole.catch(reject);
    /** @type {Shared} */ (globalThis).endTestCluster = () => {
      finish();
      return whole;
    };
  });
}
