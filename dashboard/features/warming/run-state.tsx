import { CircleCheck, CircleSlash, LoaderCircle, OctagonX, TriangleAlert } from 'lucide-react';
import { classNames } from '@/components/ui/class-names';
import type { WarmingRun } from '@/data/warming-schema';

const CALM = 'font-regular text-text-secondary';
const LOOKS = {
  running: { word: 'Running', Icon: LoaderCircle, box: 'font-medium text-text', icon: 'text-text-muted' },
  done: { word: 'Done', Icon: CircleCheck, box: CALM, icon: 'text-ok' },
  partly: {
    word: 'Done in part',
    Icon: TriangleAlert,
    box: 'pr-[7px] pl-1.5 bg-warn-bg font-medium text-warn',
    icon: '',
  },
  cancelled: { word: 'Cancelled', Icon: CircleSlash, box: CALM, icon: 'text-text-muted' },
  failed: {
    word: 'Failed',
    Icon: OctagonX,
    box: 'pr-[7px] pl-1.5 bg-critical-bg font-medium text-critical',
    icon: '',
  },
} as const;

/** How a run ended, or that it has not: icon and word. */
export function RunState({ run }: { run: WarmingRun }) {
  const look = run.state === 'done' && run.failed > 0 ? 'partly' : run.state;
  const { word, Icon, box, icon } = LOOKS[look];
  return (
    <span
      className={classNames(
        'inline-flex h-[22px] items-center gap-[5px] rounded-2 text-12 leading-none whitespace-nowrap',
        box,
      )}
    >
      <Icon aria-hidden size={13} strokeWidth={2} className={icon} />
      {run.state === 'running' && run.cancelRequested ? 'Being cancelled' : word}
    </span>
  );
}
