'use client';

import { GitCompareArrows } from 'lucide-react';
import { buttonClass } from '@/components/ui/button';

interface CompareButtonProps {
  /** “Previous day”. */
  readonly label: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}

/** Shows the period before beside the one in view; small screens have it in the palette only. */
export function CompareButton({ label, on, onChange }: CompareButtonProps) {
  return (
    <button
      type="button"
      aria-pressed={on}
      aria-label={`Compare with: ${label.toLowerCase()}`}
      title={`Compare with: ${label.toLowerCase()}`}
      onClick={() => onChange(!on)}
      className={buttonClass('quiet', 'small', 'max-sm:hidden aria-pressed:bg-bg-muted aria-pressed:text-text')}
    >
      <GitCompareArrows aria-hidden size={14} strokeWidth={1.75} />
      <span className="max-lg:hidden">{label}</span>
    </button>
  );
}
