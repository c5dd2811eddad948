import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type WorkerProgram, workerProgram } from '../fakes/worker-process.js';

let program: WorkerProgram;
beforeAll(async () => {
  program = await workerProgram(new URL('./warming-exit-worker.ts', import.meta.url));
}, 60_000);
afterAll(() => program.remove());

it('a warm-up under way, its rate, its schedule and its progress hold no process open', () => {
  expect(program.run([], '{}')).toEqual({ alive: true, output: 'running\n', errors: '' });
}, 60_000);
