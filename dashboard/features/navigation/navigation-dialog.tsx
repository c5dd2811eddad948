'use client';

import { Menu } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { NavigationPanel } from './navigation-panel';
import { useAccount } from './shell';

/** The navigation of small screens: a modal panel, so the rest is inert, Escape closes it and focus returns. */
export function NavigationDialog() {
  const account = useAccount();
  const panel = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  const close = () => panel.current?.close();

  return (
    <>
      <Button
        size="icon"
        className="lg:hidden"
        aria-label="Open navigation"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => {
          panel.current?.showModal();
          setOpen(true);
        }}
      >
        <Menu aria-hidden size={16} strokeWidth={1.75} />
      </Button>
      <dialog
        ref={panel}
        aria-label="Navigation"
        onClose={() => setOpen(false)}
        closedby="any"
        className="slide-from-left m-0 h-dvh max-h-none w-[264px] border-r border-border bg-bg-subtle text-text shadow-raised backdrop:bg-overlay"
      >
        <NavigationPanel account={account} onNavigate={close} />
      </dialog>
    </>
  );
}
