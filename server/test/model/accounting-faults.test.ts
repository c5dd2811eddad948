import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';
import { faultyServer } from './accounting-faults.js';
import { runWithFaults } from './accounting-steps.js';
import { World } from './accounting-world.js';

/** A twentieth of the runs without these faults, each of which takes a reconnection: 500 in the long form. */
const RUNS = Math.ceil(Number(process.env.MODEL_RUNS ?? 500) / 20);
const _LIMIT_MS = Math.max(120_000, RUNS * 2_000);

describe('the same on a server of its own, which loses connections, answers, entries and everything', () => {
  let server: Awaited<ReturnType<typeof faultyServer>>;

  beforeAll(async () => {
    server = await faultyServer();
  });

  afterAll(() => server.close());

  it(
    `agrees with the model over ${RUNS} runs`,
    () =>
      fc.assert(
        fc.asyncProperty(runWithFaults, (run) => World.live(server, run)),
        { numRuns: RUNS },
      ),
    Math.max(120_000, RUNS * 2_000),
  );
});
