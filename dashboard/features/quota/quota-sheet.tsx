'use client';

import { X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type ReactNode, useEffect, useRef } from 'react';
import { Button } from '@/components/ui/button';

interface QuotaSheetProps {
  title: string;
  summary: string;
  back: string;
  children: ReactNode;
}

/** Modal at the right edge: the rest is inert, Escape closes without saving, focus starts in the first field. */
export function QuotaSheet({ title, summary, back, children }: QuotaSheetProps) {
  const router = useRouter();
  const sheet = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    const dialog = sheet.current;
    if (!dialog) return;
    if (!dialog.open) dialog.showModal();
    dialog.querySelector<HTMLElement>('input:enabled, textarea:enabled')?.focus();
  }, []);

  return (
    <dialog
      ref={sheet}
      aria-labelledby="quota-sheet-title"
      onClose={() => router.push(back, { scroll: false })}
      className="slide-from-right fixed m-0 ml-auto h-dvh max-h-none w-[min(560px,100vw)] max-w-none flex-col border-l border-border bg-bg-raised text-text shadow-raised backdrop:bg-overlay open:flex"
    >
      <div className="flex justify-between gap-3 border-b border-border px-4 py-4 sm:px-6">
        <div>
          <h2 id="quota-sheet-title" className="text-[1.0625rem]">
            {title}
          </h2>
          <p className="mt-0.5 text-12 text-text-muted tabular-nums">{summary}</p>
        </div>
        <Button
          variant="quiet"
          size="small-icon"
          aria-label="Close without saving"
          onClick={() => sheet.current?.close()}
        >
          <X aria-hidden size={16} strokeWidth={1.75} />
        </Button>
      </div>
      {children}
    </dialog>
  );
}
