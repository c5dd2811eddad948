'use client';

import { RadioGroup } from 'radix-ui';
import type { ReactNode } from 'react';
import { classNames } from './class-names';

export interface Segment<T extends string> {
  value: T;
  label: ReactNode;
  /** What a screen reader says where the label is an icon. */
  name?: string;
}

interface SegmentedProps<T extends string> {
  label?: string;
  labelledBy?: string;
  describedBy?: string;
  segments: readonly Segment<T>[];
  value: T | undefined;
  onChange: (value: T) => void;
  disabled?: boolean;
  size?: 'normal' | 'small';
}

/** One of a few, side by side. Arrow keys move the choice. */
export function Segmented<T extends string>(props: SegmentedProps<T>) {
  const { label, labelledBy, describedBy, segments, value, onChange, disabled = false, size = 'normal' } = props;
  return (
    <RadioGroup.Root
      orientation="horizontal"
      aria-label={label}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      value={value ?? null}
      disabled={disabled}
      onValueChange={(next) => onChange(next as T)}
      className="inline-flex max-w-full gap-px rounded-2 bg-bg-muted p-0.5"
    >
      {segments.map((segment) => (
        <RadioGroup.Item
          key={segment.value}
          value={segment.value}
          aria-label={segment.name}
          title={segment.name}
          className={classNames(
            'inline-flex items-center justify-center gap-1.5 rounded-[4px] text-13 whitespace-nowrap text-text-secondary hover:text-text data-[state=checked]:bg-bg data-[state=checked]:font-medium data-[state=checked]:text-text data-[state=checked]:shadow-[0_0_0_1px_var(--border-strong)] focus-visible:shadow-(--ring)!',
            size === 'small' ? 'h-6 min-w-7 px-1.5' : 'h-[calc(var(--control)-4px)] min-w-[30px] px-[9px]',
          )}
        >
          {segment.label}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
