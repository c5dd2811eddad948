// @ts-check

/** Jest's global teardown of the project `cluster`. */
export default async function tearDown() {
  await /** @type {import('./cluster-setup.mjs').Shared} */ (globalThis).endTestCluster?.();
}
