import { randomUUID } from 'node:crypto';

/** What is stored in the cases that go over the network: 1 KB of text, so that no encoder has an advantage. */
export const VALUE = 'x'.repeat(1_000);
export const TTL_MS = 300_000;

/** Names of this run, so that two on one Redis do not meet. */
export const RUN = process.env.BENCH_RUN ?? randomUUID().slice(0, 8);

export function names(prefix: string, count: number): (index: number) => string {
  const all = Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  return (index) => all[index % count] as string;
}
