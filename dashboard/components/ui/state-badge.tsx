import { ArrowUpFromLine, CircleCheck, CircleDashed, OctagonX, TriangleAlert } from 'lucide-react';
import { classNames } from './class-names';

export type State = 'ok' | 'warning' | 'exceeded' | 'critical';

const LOOKS = {
  ok: { word: 'OK', Icon: CircleCheck, box: 'font-regular text-text-secondary', icon: 'text-ok' },
  warning: { word: 'Warning', Icon: TriangleAlert, box: 'pr-[7px] pl-1.5 bg-warn-bg font-medium text-warn', icon: '' },
  exceeded: {
    word: 'Exceeded',
    Icon: ArrowUpFromLine,
    box: 'pr-[7px] pl-1.5 bg-exceeded-bg font-medium text-exceeded',
    icon: '',
  },
  critical: {
    word: 'Critical',
    Icon: OctagonX,
    box: 'pr-[7px] pl-1.5 bg-critical-solid font-medium text-on-critical',
    icon: '',
  },
  unknown: {
    word: 'Unknown',
    Icon: CircleDashed,
    box: 'font-regular text-text-secondary',
    icon: 'text-text-muted',
  },
} as const;

/** State of a quota: always icon and word. `detail` follows the word, as in “Warning, 90.0 %”. */
export function StateBadge({ state, detail }: { state: State | 'unknown'; detail?: string | undefined }) {
  const { word, Icon, box, icon } = LOOKS[state];
  return (
    <span
      className={classNames(
        'inline-flex h-[22px] items-center gap-[5px] rounded-2 text-12 leading-none whitespace-nowrap',
        box,
      )}
    >
      <Icon aria-hidden size={13} strokeWidth={2} className={icon} />
      {detail ? `${word}, ${detail}` : word}
    </span>
  );
}
