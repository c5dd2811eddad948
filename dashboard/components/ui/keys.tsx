'use client';

import { useSyncExternalStore } from 'react';

const never = () => () => {};
const APPLE = /Mac|iPhone|iPad/;

/** `⌘` on Apple's keyboards, else `Ctrl`; the server, which does not know, says `Ctrl`. */
export function useCommandKey(): string {
  return useSyncExternalStore(
    never,
    () => (APPLE.test(navigator.platform) ? '⌘' : 'Ctrl'),
    () => 'Ctrl',
  );
}

/** A key as it is printed on a keyboard. */
export function Key({ children }: { children: string }) {
  return (
    <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded-1 border border-border-strong bg-bg-subtle px-1 font-sans text-11 text-text-secondary">
      {children}
    </kbd>
  );
}
