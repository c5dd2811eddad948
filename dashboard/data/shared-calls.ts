import { z } from 'zod';

/** Calls of exchanges for one group. */
export interface GroupCalls {
  readonly made: number;
  /** Questions answered, whether a call was made for them or not. */
  readonly answers: number;
}

const LABELS = z.object({ exchange: z.string(), symbol: z.string() });

interface Counted {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [number, number])[];
}

/** By the name that the symbol's group has in the dataset, `binance:BTC/USDT`. */
export function callsByGroup(calls: readonly Counted[], answers: readonly Counted[]): Map<string, GroupCalls> {
  const found = new Map<string, { made: number; answers: number }>();
  const add = (name: 'made' | 'answers', series: readonly Counted[]) => {
    for (const { labels, points } of series) {
      const known = LABELS.safeParse(labels);
      if (!known.success) continue;
      const group = `${known.data.exchange}:${known.data.symbol}`;
      const row = found.get(group) ?? { made: 0, answers: 0 };
      row[name] += points[0]?.[1] ?? 0;
      found.set(group, row);
    }
  };
  add('made', calls);
  add('answers', answers);
  return found;
}

/**
 * Answers less calls, never below none: a symbol that is only warmed costs calls and answers nobody. Answers beyond the
 * tenants' reads are those of the platform, or of the minute by which reads are behind: they are not among the reads.
 */
export function savedCalls({ made, answers }: GroupCalls, reads: number): number {
  return Math.max(0, Math.round(Math.min(answers, reads)) - Math.round(made));
}
