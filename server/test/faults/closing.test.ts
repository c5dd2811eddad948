import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { RedisProcess } from '../fakes/redis-process.js';
import { waitedMs } from '../fakes/waited.js';
import { type WorkerProcess, type WorkerProgram, workerProgram } from '../fakes/worker-process.js';

let redis: RedisProcess;
let program: WorkerProgram;
let worker: WorkerProcess | undefined;

beforeAll(async () => {
  redis = await RedisProcess.reserve();
  await redis.start();
  program = await workerProgram(new URL('./closing-worker.ts', import.meta.url));
}, 300_000);
afterAll(async () => {
  await worker?.kill();
  await redis?.kill();
  program?.remove();
});

it('does not keep its process once it is closed, though Redis is away', async () => {
  worker = program.start({ url: redis.url });
  expect(await worker.answer()).toBe('ready');
  await redis.kill();
  expect(await worker.ask('close')).toBe('closed');
  const { exit } = worker;
  const tookMs = await waitedMs(() => exit);
  expect(await exit).toBe(0);
  // A client would wait for 2 s for connections that ended long ago.
  expect(tookMs).toBeLessThan(1_500);
}, 60_000);
