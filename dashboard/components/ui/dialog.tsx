'use client';

import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Button } from './button';

interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  /** One sentence below the title. */
  readonly lead?: ReactNode;
  readonly children: ReactNode;
}

/** Modal in the middle, the whole width below 480 px: the rest is inert, Escape closes, focus returns to what opened it. */
export function Dialog({ open, onClose, title, lead, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    const element = dialog.current;
    if (!element || !open) return;
    const opener = document.activeElement;
    element.showModal();
    element.querySelector<HTMLElement>('[data-autofocus], input:enabled, select:enabled, textarea:enabled')?.focus();
    return () => {
      element.close();
      // The browser gives the focus back only where the dialog closes before it leaves the page.
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, [open]);

  if (!open) return null;
  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      // It is told late: a dialog that was shown again meanwhile stays.
      onClose={(event) => !event.currentTarget.open && onClose()}
      className="fixed inset-0 m-auto h-fit max-h-[calc(100dvh-32px)] w-[min(480px,calc(100vw-32px))] max-w-none overflow-y-auto rounded-3 border border-border bg-bg-raised p-5 text-text shadow-raised backdrop:bg-overlay"
    >
      <div className="mb-4 flex justify-between gap-3">
        <div className="grid gap-1">
          <h2 id={titleId} className="text-[1.0625rem]">
            {title}
          </h2>
          {lead && <p className="text-13 text-pretty text-text-secondary">{lead}</p>}
        </div>
        <Button variant="quiet" size="small-icon" aria-label="Close" onClick={() => dialog.current?.close()}>
          <X aria-hidden size={16} strokeWidth={1.75} />
        </Button>
      </div>
      {children}
    </dialog>
  );
}
