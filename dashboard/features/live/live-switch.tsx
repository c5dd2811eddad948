'use client';

import { History } from 'lucide-react';
import { Switch } from '@/components/ui/switch';
import { clock } from '@/components/ui/times';
import { useLiveStatus } from './live';

/** Live or not, as of when, and whether the figures are older than they should be. */
export function LiveSwitch({ fixed }: { fixed: boolean }) {
  const { on, setOn, asOfMs, stale, lost } = useLiveStatus();
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap text-text-secondary">
      {!fixed && <Switch label="Live, refresh every 10 seconds" checked={on} onChange={setOn} />}
      {stale || lost ? (
        <span className="inline-flex h-[22px] items-center gap-[5px] rounded-2 bg-warn-bg px-[7px] text-12 font-medium text-warn">
          <History aria-hidden size={13} strokeWidth={2} />
          {lost ? 'Not refreshed' : 'Stale'}
        </span>
      ) : (
        !fixed && !on && <span>Paused</span>
      )}
      {asOfMs !== undefined && (
        <span className={stale || lost ? 'max-sm:hidden' : ''}>
          <span className="max-sm:hidden">{on && !stale && !lost ? 'Live, as of ' : 'as of '}</span>
          <time dateTime={new Date(asOfMs).toISOString()}>{clock(asOfMs)} UTC</time>
        </span>
      )}
    </span>
  );
}
