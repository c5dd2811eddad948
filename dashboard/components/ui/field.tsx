import { CircleX } from 'lucide-react';
import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes } from 'react';
import { classNames } from './class-names';

const INPUT =
  'field-focus h-control rounded-2 border border-border-control bg-bg px-2.5 text-13 aria-invalid:border-critical disabled:text-text-muted disabled:bg-bg-muted';

interface FieldProps {
  id: string;
  label: ReactNode;
  aside?: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  children: ReactNode;
}

/** Label above, hint below, error below that. Give the control `id`, and `describedBy(id, …)` as aria-describedby. */
export function Field({ id, label, aside, hint, error, children }: FieldProps) {
  return (
    <div className="grid content-start gap-1.5">
      <div className="flex justify-between text-13">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {aside}
      </div>
      {children}
      {hint && (
        <span id={`${id}-hint`} className="text-12 text-text-muted">
          {hint}
        </span>
      )}
      <FieldError id={id} error={error} />
    </div>
  );
}

/** The region is always there, so that a message which appears in it is announced. */
export function FieldError({ id, error }: { id: string; error: string | undefined }) {
  return (
    <span id={`${id}-error`} aria-live="polite" className="flex items-start gap-1.5 text-12 text-critical empty:hidden">
      {error && (
        <>
          <CircleX aria-hidden size={13} strokeWidth={1.75} className="mt-px shrink-0" />
          <span>{error}</span>
        </>
      )}
    </span>
  );
}

export function describedBy(id: string, hint: unknown, error: unknown): string | undefined {
  return [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined;
}

export function Input({ className, ...rest }: InputHTMLAttributes<HTMLInputElement>) {
  return <input className={classNames(INPUT, className)} {...rest} />;
}

export function Select({ className, ...rest }: SelectHTMLAttributes<HTMLSelectElement>) {
  return <select className={classNames(INPUT, 'select-arrow appearance-none pr-7', className)} {...rest} />;
}
