/** `--quick`: fewer rounds and smaller sizes, for a look at the form and not at the figures. */
export function quick(): boolean {
  return process.env.BENCH_QUICK === '1';
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
