import { ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';

/** Before and after; the arrow is spoken as “from … to …”. */
export function Change({ before, after }: { before: ReactNode; after: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-[5px] whitespace-nowrap tabular-nums">
      <span className="text-text-muted">
        <span className="sr-only">from </span>
        {before}
      </span>
      <ArrowRight aria-hidden size={12} strokeWidth={1.75} className="text-text-muted" />
      <span>
        <span className="sr-only">to </span>
        {after}
      </span>
    </span>
  );
}
