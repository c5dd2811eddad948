/** Rolling figures over closing prices. Each series starts where its window is full, so its length is n - window + 1. */

export function simpleMovingAverage(closes: readonly number[], window: number): number[] {
  const averages: number[] = [];
  let sum = 0;
  closes.forEach((close, index) => {
    sum += close - (index >= window ? (closes[index - window] ?? 0) : 0);
    if (index >= window - 1) averages.push(sum / window);
  });
  return averages;
}

export function exponentialMovingAverage(closes: readonly number[], window: number): number[] {
  const weight = 2 / (window + 1);
  const averages: number[] = [];
  let average = closes[0] ?? 0;
  closes.forEach((close, index) => {
    average += weight * (close - average);
    if (index >= window - 1) averages.push(average);
  });
  return averages;
}

/** Standard deviation of the logarithmic returns inside each window, which holds `window - 1` of them. */
export function volatility(closes: readonly number[], window: number): number[] {
  const returns = closes.slice(1).map((close, index) => Math.log(close / (closes[index] ?? close)));
  const span = window - 1;
  const mean = simpleMovingAverage(returns, span);
  const meanSquare = simpleMovingAverage(
    returns.map((value) => value * value),
    span,
  );
  return meanSquare.map((square, index) => Math.sqrt(Math.max(0, square - (mean[index] ?? 0) ** 2)));
}

/** Relative strength index by plain averages, 0 to 100; 50 where the window did not move. */
export function relativeStrength(closes: readonly number[], window: number): number[] {
  const moves = closes.slice(1).map((close, index) => close - (closes[index] ?? close));
  const gains = simpleMovingAverage(
    moves.map((move) => Math.max(0, move)),
    window - 1,
  );
  const losses = simpleMovingAverage(
    moves.map((move) => Math.max(0, -move)),
    window - 1,
  );
  return gains.map((gain, index) => {
    const loss = Math.max(0, losses[index] ?? 0);
    return gain + loss < 1e-12 ? 50 : (100 * gain) / (gain + loss);
  });
}
