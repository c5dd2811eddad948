'use client';

import { CalendarClock, GitCompareArrows, Radio } from 'lucide-react';
import { useMemo } from 'react';
import { PRESETS, type Preset } from '@/data/range';
import { useLiveStatus } from '@/features/live/live';
import type { PaletteEntry } from '@/features/palette/actions';

interface Given {
  /** A custom range does not move. */
  readonly fixed: boolean;
  readonly choose: (preset: Preset) => void;
  /** Absent where the page has nothing to compare. */
  readonly compare?: { readonly on: boolean; readonly label: string; readonly set: (on: boolean) => void } | undefined;
}

const WORDS: Readonly<Record<Preset, string>> = {
  '1h': 'the last hour',
  '6h': 'the last 6 hours',
  '24h': 'the last 24 hours',
  '7d': 'the last 7 days',
  '30d': 'the last 30 days',
};

/** What the palette can do on a page with a time range. */
export function useRangeOffers({ fixed, choose, compare }: Given): PaletteEntry[] {
  const { on, setOn } = useLiveStatus();
  return useMemo(
    () => [
      ...(fixed
        ? []
        : [
            {
              id: 'live',
              label: on ? 'Pause the live refresh' : 'Refresh live, every 10 seconds',
              Icon: Radio,
              keywords: 'live pause refresh on off',
              run: () => setOn(!on),
            },
          ]),
      ...(compare
        ? [
            {
              id: 'compare',
              label: compare.on ? 'Stop comparing' : `Compare with: ${compare.label.toLowerCase()}`,
              Icon: GitCompareArrows,
              keywords: 'compare previous period',
              aside: 'c',
              run: () => compare.set(!compare.on),
            },
          ]
        : []),
      ...PRESETS.map((preset) => ({
        id: `range:${preset}`,
        label: `Show ${WORDS[preset]}`,
        Icon: CalendarClock,
        keywords: `range time ${preset}`,
        aside: preset.charAt(0),
        run: () => choose(preset),
      })),
    ],
    [fixed, on, setOn, choose, compare],
  );
}
