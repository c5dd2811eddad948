'use client';

import { useQueryStates } from 'nuqs';
import { useCallback, useEffect, useMemo, useTransition } from 'react';
import { Segmented } from '@/components/ui/segmented';
import { isTyping } from '@/components/ui/typing';
import { PRESETS, type Preset } from '@/data/range';
import { singleKeysOn } from '@/features/help/single-keys';
import { LiveSwitch } from '@/features/live/live-switch';
import { useOffer } from '@/features/palette/commands';
import { CompareButton } from './compare-button';
import { CustomRange } from './custom-range';
import { previousName } from './previous';
import { useRangeOffers } from './range-offers';
import { rangeParams } from './search-params';

const PRESET_KEYS: Readonly<Record<string, Preset>> = { '1': '1h', '6': '6h', '2': '24h', '7': '7d', '3': '30d' };

interface RangeToolsProps {
  /** Whether the page can show the period before. */
  readonly compare?: boolean;
}

/** Time range and live switch of a page, for the right of its bar. Keys 1, 6, 2, 7 and 3 choose a preset, c compares. */
export function RangeTools({ compare: comparable = false }: RangeToolsProps) {
  const [pending, startTransition] = useTransition();
  const [{ range, from, to, compare }, setParams] = useQueryStates(rangeParams, {
    shallow: false,
    history: 'push',
    startTransition,
  });
  const custom = from !== null && to !== null;
  const label = previousName(custom ? undefined : range);
  const choose = useCallback((preset: Preset) => void setParams({ range: preset, from: null, to: null }), [setParams]);
  const setCompare = useCallback((on: boolean) => void setParams({ compare: on ? '1' : null }), [setParams]);
  const comparison = useMemo(
    () => (comparable ? { on: compare !== null, label, set: setCompare } : undefined),
    [comparable, compare, label, setCompare],
  );
  useOffer(useRangeOffers({ fixed: custom, choose, compare: comparison }));

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target) || !singleKeysOn()) return;
      const preset = PRESET_KEYS[event.key];
      if (preset) choose(preset);
      else if (event.key === 'c') comparison?.set(!comparison.on);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [choose, comparison]);

  return (
    <>
      {comparison && <CompareButton label={label} on={comparison.on} onChange={setCompare} />}
      <span className="inline-flex items-center gap-1" aria-busy={pending}>
        <Segmented
          label="Time range"
          segments={PRESETS.map((value) => ({ value, label: value }))}
          value={custom ? undefined : range}
          onChange={choose}
        />
        <CustomRange
          from={from}
          to={to}
          onChoose={(start, end) => void setParams({ range: null, from: start, to: end })}
        />
      </span>
      <LiveSwitch fixed={custom} />
    </>
  );
}
