'use client';

import { CircleX } from 'lucide-react';
import { type ReactNode, useId, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { describedBy, Field } from '@/components/ui/field';
import { focusFirstInvalid, useFirstInvalid } from './first-invalid';

interface ConfirmDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  /** What happens, in a sentence. */
  readonly lead: ReactNode;
  /** What the button does: “Invalidate 12 entries”. */
  readonly action: string;
  /** Red where something is lost. */
  readonly danger?: boolean;
  /** Without it no reason is asked for. */
  readonly reason?: { readonly hint: string };
  readonly pending: boolean;
  readonly refusal: string | undefined;
  /** Of the server; those of `children` are theirs. */
  readonly errors?: { readonly reason?: string | undefined };
  /** Forgets what the server said of what is not there any more. */
  readonly onEdit?: () => void;
  /** Marks what is wrong in the fields of `children`, and tells whether nothing is. */
  readonly check?: () => boolean;
  readonly onConfirm: (reason: string) => void;
  /** More fields, between the lead and the reason. */
  readonly children?: ReactNode;
}

const REASON_MIN = 3;
const REASON_MAX = 500;

/** Asks before a change that others feel. Keeps what was entered when the change is refused. */
export function ConfirmDialog({ open, onClose, title, lead, pending, refusal, children, ...rest }: ConfirmDialogProps) {
  const { action, danger, reason, errors = {}, check = () => true, onConfirm, onEdit } = rest;
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  useFirstInvalid(form, pending);
  const [text, setText] = useState('');
  const [asked, setAsked] = useState(false);
  const wrong =
    reason && text.trim().length < REASON_MIN
      ? `Give a reason of ${REASON_MIN} to ${REASON_MAX} characters.`
      : undefined;
  const error = (asked ? wrong : undefined) ?? errors.reason;
  return (
    <Dialog open={open} onClose={onClose} title={title} lead={lead}>
      <form
        ref={form}
        className="grid gap-4"
        onChange={onEdit}
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          const right = check();
          if (right && !wrong) onConfirm(text.trim());
          else focusFirstInvalid(form.current);
        }}
      >
        {children}
        {reason && (
          <Field id={id} label="Reason" hint={reason.hint} error={error}>
            <textarea
              id={id}
              rows={2}
              maxLength={REASON_MAX}
              value={text}
              disabled={pending}
              aria-invalid={Boolean(error)}
              aria-describedby={describedBy(id, reason.hint, error)}
              onChange={(event) => setText(event.target.value)}
              className="field-focus w-full resize-y rounded-2 border border-border-control bg-bg px-2.5 py-2 text-13 aria-invalid:border-critical disabled:bg-bg-muted disabled:text-text-muted"
            />
          </Field>
        )}
        <p role="alert" className="flex items-start gap-1.5 text-13 text-critical empty:hidden">
          {refusal && (
            <>
              <CircleX aria-hidden size={14} strokeWidth={1.75} className="mt-[3px] shrink-0" />
              <span>{refusal}</span>
            </>
          )}
        </p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant={danger ? 'danger' : 'primary'} aria-disabled={pending}>
            {pending ? 'Working…' : action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
