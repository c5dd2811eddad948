'use client';

import { CircleCheck, CircleX } from 'lucide-react';
import { Toaster as Sonner } from 'sonner';
import { buttonClass } from './button';

/** What was just done, said once at the bottom of the screen. Messages are sent with `toast` of sonner. */
export function Toaster() {
  return (
    <Sonner
      position="bottom-right"
      icons={{
        success: <CircleCheck aria-hidden size={16} strokeWidth={1.75} className="text-ok" />,
        error: <CircleX aria-hidden size={16} strokeWidth={1.75} className="text-critical" />,
      }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'flex w-full items-start gap-2.5 rounded-3 border border-border-strong bg-bg-raised px-3.5 py-3 text-13 text-text shadow-raised',
          title: 'font-medium',
          description: 'text-text-secondary',
          icon: 'mt-0.5',
          actionButton: buttonClass('plain', 'small', 'ml-auto'),
        },
      }}
    />
  );
}
