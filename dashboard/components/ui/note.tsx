import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names';

export type NoteTone = 'plain' | 'warn' | 'exceeded' | 'critical';

const TONES: Record<NoteTone, string> = {
  plain: 'border-border bg-bg-subtle [&>svg]:text-text-muted',
  warn: 'border-transparent bg-warn-bg [&>svg]:text-warn',
  exceeded: 'border-transparent bg-exceeded-bg [&>svg]:text-exceeded',
  critical: 'border-transparent bg-critical-bg [&>svg]:text-critical',
};

interface NoteProps {
  icon: LucideIcon;
  title: ReactNode;
  tone?: NoteTone;
  children?: ReactNode;
  actions?: ReactNode;
}

/** A notice that concerns the whole block below it. Announced politely when it appears. */
export function Note({ icon: Icon, title, tone = 'plain', children, actions }: NoteProps) {
  return (
    <div
      role="status"
      className={classNames(
        'grid grid-cols-[auto_minmax(0,1fr)] gap-x-2.5 rounded-2 border px-3.5 py-3 text-13',
        TONES[tone],
      )}
    >
      <Icon aria-hidden size={16} strokeWidth={1.75} className="mt-0.5" />
      <div className="grid gap-0.5">
        <strong className="font-semibold">{title}</strong>
        {children && <div className="text-text-secondary">{children}</div>}
        {actions && <div className="mt-2 flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
    </div>
  );
}
