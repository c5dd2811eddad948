import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { MAX_WINDOWS } from '../market/analysis.js';
import { mix } from '../simulator/random-walk.js';
import { seededRandom, zipfRanks } from './zipf.js';

/** One recorded or generated request for a report: its name, and its size in windows of about a kilobyte. */
export interface TraceRequest {
  readonly key: string;
  readonly windows: number;
}

export interface Trace {
  readonly name: string;
  readonly requests: readonly TraceRequest[];
}

export interface TraceSet {
  /** False where the recordings are absent and a generator stands in. */
  readonly recorded: boolean;
  readonly traces: readonly Trace[];
}

/** Enough of the longest recording to loop unnoticed. */
const MAX_REQUESTS = 150_000;
const FILES = ['web07', 'orm-busy-1m', 'cdn-sizes'] as const;
const unzip = promisify(gunzip);

/** The recordings under `directory`, or Zipf traces of the same number where one of them cannot be read. */
export async function loadTraces(directory: string | undefined, seed = 2026): Promise<TraceSet> {
  if (directory !== undefined) {
    try {
      const traces = await Promise.all(FILES.map((name) => loadTrace(directory, name)));
      return { recorded: true, traces };
    } catch {
      // Absent in a clone of its own; the caller says so.
    }
  }
  return { recorded: false, traces: FILES.map((_, index) => zipfTrace(`zipf-${index + 1}`, seed + index)) };
}

async function loadTrace(directory: string, name: string): Promise<Trace> {
  const text = (await unzip(await readFile(join(directory, `${name}.txt.gz`)))).toString('latin1');
  const requests: TraceRequest[] = [];
  for (let from = 0; from < text.length && requests.length < MAX_REQUESTS; ) {
    const end = text.indexOf('\n', from);
    const line = text.slice(from, end < 0 ? text.length : end);
    from = end < 0 ? text.length : end + 1;
    if (line) requests.push(parseLine(line));
  }
  if (requests.length === 0) throw new Error(`${name} holds no requests.`);
  return { name, requests };
}

/** `key`, or `time key bytes`. A key without a size gets one of its own, more often a small one than a large one. */
export function parseLine(line: string): TraceRequest {
  const [first = '', key, bytes] = line.split(' ');
  if (key === undefined) return { key: first, windows: windowsOf(first) };
  return { key, windows: Math.min(MAX_WINDOWS, Math.max(1, Math.round(Number(bytes) / 1_024))) };
}

export function zipfTrace(name: string, seed: number, length = 60_000, keys = 15_000): Trace {
  const random = seededRandom(seed);
  const rank = zipfRanks(keys, 0.85, random);
  const requests = Array.from({ length }, () => {
    const key = String(rank());
    return { key, windows: windowsOf(key) };
  });
  return { name, requests };
}

function windowsOf(key: string): number {
  let hash = 0;
  for (let index = 0; index < key.length; index++) hash = mix(hash ^ key.charCodeAt(index));
  return 1 + Math.floor((hash / 2 ** 32) ** 1.5 * MAX_WINDOWS);
}
