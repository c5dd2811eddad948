import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface TraceRequest {
  readonly key: string;
  /** 1 where the trace has no sizes. */
  readonly bytes: number;
}

export interface Trace {
  readonly name: string;
  readonly requests: readonly TraceRequest[];
  /** In entries, or in bytes where the trace has sizes. */
  readonly capacities: readonly number[];
}

/** The bench runs in its own folder; the recordings lie beside the project. */
const DIRECTORY = path.resolve(process.cwd(), '../../shared/traces');
const MIB = 1024 * 1024;
const CAPACITIES: Readonly<Record<string, readonly number[]>> = {
  web07: [500, 1_000, 2_000, 4_000, 8_000],
  'orm-busy-1m': [250, 500, 1_000, 2_000, 4_000],
  'cdn-sizes': [4, 8, 16, 32, 64].map((mebibytes) => mebibytes * MIB),
};

/** The recorded traces, or seeded Zipf keys where they are absent. */
export function loadTraces(): { recorded: boolean; traces: Trace[] } {
  if (!existsSync(DIRECTORY)) return { recorded: false, traces: [zipfTrace(0.9, 1), zipfTrace(1.1, 2)] };
  const traces = Object.entries(CAPACITIES).map(([name, capacities]) => ({ name, requests: read(name), capacities }));
  return { recorded: true, traces };
}

function read(name: string): TraceRequest[] {
  const lines = gunzipSync(readFileSync(path.join(DIRECTORY, `${name}.txt.gz`)))
    .toString('latin1')
    .split('\n');
  return lines.flatMap((line) => {
    const [first = '', key, bytes] = line.split(' ');
    if (first === '') return [];
    return [key === undefined ? { key: first, bytes: 1 } : { key, bytes: Number(bytes) }];
  });
}

function zipfTrace(exponent: number, seed: number): Trace {
  const keys = 20_000;
  const cumulative = new Float64Array(keys);
  let sum = 0;
  for (let rank = 0; rank < keys; rank++) {
    sum += (rank + 1) ** -exponent;
    cumulative[rank] = sum;
  }
  let state = seed;
  const requests = Array.from({ length: 200_000 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const point = (state / 2 ** 32) * sum;
    let low = 0;
    let high = keys - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cumulative[middle] ?? 0) < point) low = middle + 1;
      else high = middle;
    }
    return { key: String(low), bytes: 1 };
  });
  return { name: `zipf ${exponent}`, requests, capacities: [500, 2_000, 8_000] };
}
