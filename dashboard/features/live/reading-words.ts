import { clock, DAY_MS, day, stepWords } from '@/charts/time-format';
import type { Reading } from '@/data/series/source';
import { previousWords } from '@/features/range/previous';

const PRESET_WORDS = {
  '1h': 'the last hour',
  '6h': 'the last 6 hours',
  '24h': 'the last 24 hours',
  '7d': 'the last 7 days',
  '30d': 'the last 30 days',
} as const;

type Asked = Pick<Reading, 'asked'>;

/** “the last hour”, or “the chosen range”. */
export function spanWords({ asked }: Asked): string {
  return asked.preset ? PRESET_WORDS[asked.preset] : 'the chosen range';
}

/** “%, per 15 minutes. From Prometheus since 21:40 UTC”: what follows the name of what is drawn. */
export function captionWords(what: string, reading: Reading<string>): string {
  const { frame, asked } = reading;
  const started = frame.fromMs >= asked.fromMs + frame.stepMs ? firstCovered(reading) : undefined;
  const recorded = started === undefined ? '' : ` since ${since(started, asked.toMs)}`;
  const before = previousWords(reading);
  return `${what}, per ${stepWords(frame.stepMs)}. ${sourceWords(reading)}${recorded}${before ? `. ${before}` : ''}`;
}

function sourceWords({ source }: Reading<string>): string {
  if (source.kind === 'prometheus') return 'From Prometheus';
  return source.kind === 'postgres' ? 'From Postgres history' : 'No source';
}

function firstCovered({ frame }: Reading<string>): number | undefined {
  const first = frame.covered.indexOf(true);
  return first === -1 ? undefined : (frame.times[first] ?? 0) - frame.stepMs;
}

function since(atMs: number, nowMs: number): string {
  return nowMs - atMs < DAY_MS ? `${clock(atMs, false)} UTC` : day(atMs);
}
