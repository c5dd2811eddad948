import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

export interface TraceRequest {
  readonly key: string;
  readonly bytes: number;
}

export interface Trace {
  readonly name: string;
  readonly requests: readonly TraceRequest[];
}

const NAMES = ['web07', 'orm-busy-1m', 'cdn-sizes'] as const;
/** Of what the trace gives no size for. */
const VALUE_BYTES = 200;

/** The first requests of the recordings, which lie beside the project, or seeded Zipf keys where they are absent. */
export function loadTraces(maxRequests: number): { recorded: boolean; traces: Trace[] } {
  const folder = process.env.TRACES_DIR ?? fileURLToPath(new URL('../../../../shared/traces/', import.meta.url));
  const recorded = NAMES.every((name) => existsSync(join(folder, `${name}.txt.gz`)));
  const requests = (name: string, at: number) => (recorded ? read(folder, name) : zipf(0.7 + 0.2 * at, at + 1));
  const traces = NAMES.map((name, at) => ({
    name: recorded ? name : `zipf-${at + 1}`,
    requests: requests(name, at).slice(0, maxRequests),
  }));
  return { recorded, traces };
}

function read(folder: string, name: string): TraceRequest[] {
  const text = gunzipSync(readFileSync(join(folder, `${name}.txt.gz`))).toString('latin1');
  return text.split('\n').flatMap((line) => {
    const [first = '', key, bytes] = line.split(' ');
    if (first === '') return [];
    return [key === undefined ? { key: first, bytes: VALUE_BYTES } : { key, bytes: Number(bytes) }];
  });
}

function zipf(exponent: number, seed: number): TraceRequest[] {
  const cumulative: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= 10_000; rank++) {
    sum += rank ** -exponent;
    cumulative.push(sum);
  }
  let state = seed;
  return Array.from({ length: 60_000 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const point = (state / 2 ** 32) * sum;
    let low = 0;
    let high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cumulative[middle] as number) < point) low = middle + 1;
      else high = middle;
    }
    return { key: String(low), bytes: VALUE_BYTES + (low % 7) * 100 };
  });
}
