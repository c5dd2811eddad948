import { NOOP_LOGGER } from '../../../src/core/contracts.js';
import { MemoryWarmingRuns } from '../../../src/testing/memory-warming-runs.js';
import { Warmer } from '../../../src/warming/warmer.js';

/** The job `market`, which has nothing to warm, and a run of another that another process has. */
export class WarmingStage {
  /** The clock of the runs stands but for this. */
  laterMs = 0;
  readonly #startedMs = Date.now();
  readonly runs = new MemoryWarmingRuns(() => this.#startedMs + this.laterMs);
  readonly warmer = new Warmer({
    runs: this.runs,
    leadership: undefined,
    ready: async () => {},
    emit() {},
    logger: NOOP_LOGGER,
  });

  constructor(runId: string) {
    this.warmer.define({ name: 'market', sources: [{ name: 'none', targets: () => [] }], schedule: '0 * * * *' });
    void this.runs.begin({ id: runId, job: 'elsewhere', trigger: 'start', startedBy: null });
  }
}
