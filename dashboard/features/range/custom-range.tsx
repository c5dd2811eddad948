'use client';

import { Calendar } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type FormEvent, useId, useState } from 'react';
import { Button } from '@/components/ui/button';
import { describedBy, Field, Input } from '@/components/ui/field';
import { isoMinute, parseUtc } from './utc-input';

interface CustomRangeProps {
  readonly from: Date | null;
  readonly to: Date | null;
  readonly onChoose: (from: Date, to: Date) => void;
}

/** Two moments in UTC, like every time here. A range that ends later than now ends now. */
export function CustomRange({ from, to, onChoose }: CustomRangeProps) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const [error, setError] = useState<string>();
  const chosen = from !== null && to !== null;

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const start = parseUtc(String(form.get('from')));
    const end = parseUtc(String(form.get('to')));
    if (!start || !end) return setError('Enter both moments.');
    if (start >= end) return setError('The range must begin before it ends.');
    if (start.getTime() >= Date.now()) return setError('The range must begin in the past.');
    setError(undefined);
    setOpen(false);
    onChoose(start, end);
  };

  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        aria-label="Custom range"
        title="Custom range"
        data-chosen={chosen}
        className="inline-flex h-control w-9 items-center justify-center rounded-2 text-text-secondary hover:bg-bg-muted hover:text-text data-[chosen=true]:bg-bg-muted data-[chosen=true]:text-text"
      >
        <Calendar aria-hidden size={14} strokeWidth={1.75} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={12}
          className="z-10 w-[280px] rounded-3 border border-border bg-bg-raised p-4 shadow-raised"
        >
          <form onSubmit={submit} className="grid gap-3" noValidate>
            <Field id={`${id}-from`} label="From, UTC">
              <Input
                id={`${id}-from`}
                name="from"
                type="datetime-local"
                defaultValue={isoMinute(from ?? new Date(Date.now() - 3_600_000))}
              />
            </Field>
            <Field id={`${id}-to`} label="To, UTC" error={error}>
              <Input
                id={`${id}-to`}
                name="to"
                type="datetime-local"
                defaultValue={isoMinute(to ?? new Date())}
                aria-invalid={error !== undefined}
                aria-describedby={describedBy(`${id}-to`, undefined, error)}
              />
            </Field>
            <Button type="submit" variant="primary">
              Show this range
            </Button>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
