'use client';

import type { ReactNode } from 'react';
import { describedBy, Field, Input } from '@/components/ui/field';

interface RuleGroupProps {
  readonly id: string;
  readonly title: string;
  readonly on: boolean;
  readonly disabled: boolean;
  readonly onSwitch: (on: boolean) => void;
  readonly children: ReactNode;
}

/** One rule: a checkbox that switches it, and its figures. */
export function RuleGroup({ id, title, on, disabled, onSwitch, children }: RuleGroupProps) {
  return (
    <fieldset className="grid gap-3 border-t border-border pt-4">
      <legend className="sr-only">{title}</legend>
      <label htmlFor={id} className="flex items-center gap-2 justify-self-start text-14 font-semibold">
        <input
          id={id}
          type="checkbox"
          checked={on}
          disabled={disabled}
          onChange={(event) => onSwitch(event.target.checked)}
          className="size-4 accent-brand"
        />
        {title}
      </label>
      <div className="grid gap-4 sm:grid-cols-2">{children}</div>
    </fieldset>
  );
}

interface FigureFieldProps {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly hint: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly disabled: boolean;
  readonly onChange: (value: string) => void;
}

/** A figure with its unit inside the field. */
export function FigureField({ id, label, unit, hint, value, error, disabled, onChange }: FigureFieldProps) {
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <span className="relative grid">
        <Input
          id={id}
          inputMode="decimal"
          autoComplete="off"
          maxLength={100}
          value={value}
          disabled={disabled}
          aria-invalid={Boolean(error)}
          aria-describedby={describedBy(id, hint, error)}
          onChange={(event) => onChange(event.target.value)}
          className="pr-20 tabular-nums"
        />
        <span
          aria-hidden
          className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 text-13 text-text-muted"
        >
          {unit}
        </span>
      </span>
    </Field>
  );
}
