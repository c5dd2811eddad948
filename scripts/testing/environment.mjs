// @ts-check

/** Services of the user's own that no test may see. */
const HIDDEN = /^(REDIS_|DATABASE_|POSTGRES_|PROMETHEUS_URL$|PG[A-Z]+$|npm_)/;

/** @param {NodeJS.ProcessEnv} outer @param {NodeJS.ProcessEnv} own @returns {NodeJS.ProcessEnv} for the test programs */
export function testEnvironment(outer, own) {
  const kept = Object.entries(outer).filter(([name]) => !HIDDEN.test(name));
  return { ...Object.fromEntries(kept), CI: '1', NEXT_TELEMETRY_DISABLED: '1', ...own };
}
