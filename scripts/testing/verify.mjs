// @ts-check
import { PROJECT_ROOT } from '../project-root.mjs';
import { build } from '../setup/build.mjs';
import { requireUsableCheckout } from '../setup/checkout.mjs';
import { install } from '../setup/install.mjs';
import { lint, types, unusedCode } from './checks.mjs';
import { testEnvironment } from './environment.mjs';
import { runJest } from './jest.mjs';
import { runCheck } from './run-check.mjs';
import { Tally } from './tally.mjs';
import { withWorkbench } from './workbench.mjs';

/** What needs no service: lint, types, unused code, architecture and unit tests. */
export async function verify() {
  const root = PROJECT_ROOT;
  const startedAt = performance.now();
  const tally = new Tally();
  await requireUsableCheckout(root);
  await withWorkbench(async ({ directory, supervisor }) => {
    await install(root, supervisor.logDirectory);
    // Packages see each other's types through what is built.
    await build(root, supervisor.logDirectory, { dashboard: false });
    await runCheck(tally, 'lint', () => lint(root));
    await runCheck(tally, 'types', () => types(root));
    await runCheck(tally, 'knip', () => unusedCode(root));
    await runJest({
      root,
      tally,
      directory,
      env: testEnvironment(process.env, {}),
      projects: ['architecture', 'unit'],
    });
  });
  tally.print(performance.now() - startedAt);
  process.exit(tally.failed === 0 ? 0 : 1);
}
