'use client';

import { useQueryStates } from 'nuqs';
import { useEffect, useTransition } from 'react';
import { Segmented } from '@/components/ui/segmented';
import { PRESETS, type Preset } from '@/data/range';
import { LiveSwitch } from '@/features/live/live-switch';
import { CustomRange } from './custom-range';
import { rangeParams } from './search-params';

const PRESET_KEYS: Readonly<Record<string, Preset>> = { '1': '1h', '6': '6h', '2': '24h', '7': '7d', '3': '30d' };

/** Time range and live switch of a page, for the right of its bar. Keys 1, 6, 2, 7 and 3 choose a preset. */
export function RangeTools() {
  const [pending, startTransition] = useTransition();
  const [{ range, from, to }, setParams] = useQueryStates(rangeParams, {
    shallow: false,
    history: 'push',
    startTransition,
  });
  const custom = from !== null && to !== null;

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const preset = PRESET_KEYS[event.key];
      if (!preset || event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      void setParams({ range: preset, from: null, to: null });
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [setParams]);

  return (
    <>
      <span className="inline-flex items-center gap-1" aria-busy={pending}>
        <Segmented
          label="Time range"
          segments={PRESETS.map((value) => ({ value, label: value }))}
          value={custom ? undefined : range}
          onChange={(value) => void setParams({ range: value, from: null, to: null })}
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

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, [contenteditable], [role="dialog"]') !== null
  );
}
