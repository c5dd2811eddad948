import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

interface EmptyProps {
  icon: LucideIcon;
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
}

/** Takes the place of a block that has nothing to draw and says which nothing it is. */
export function Empty({ icon: Icon, title, children, actions }: EmptyProps) {
  return (
    <div className="grid min-h-[210px] content-center justify-items-start gap-1.5 rounded-2 border border-dashed border-border-strong p-6 text-13 text-text-secondary">
      <Icon aria-hidden size={20} strokeWidth={1.75} className="mb-1 text-text-muted" />
      <p className="text-14 font-semibold tracking-[-0.006em] text-text">{title}</p>
      {children && <p className="max-w-[62ch]">{children}</p>}
      {actions && <div className="mt-2 flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}
