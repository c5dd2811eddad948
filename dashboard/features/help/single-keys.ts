'use client';

import { useSyncExternalStore } from 'react';

const STORED = 'tenantcache-single-keys';
const CHANGED = 'tenantcache:single-keys';

/** Whether keys without Cmd or Ctrl do something; speech input may press them by mistake, so they can be switched off. */
export function singleKeysOn(): boolean {
  try {
    return localStorage.getItem(STORED) !== 'off';
  } catch {
    return true;
  }
}

export function useSingleKeys(): readonly [boolean, (on: boolean) => void] {
  const on = useSyncExternalStore(follow, singleKeysOn, () => true);
  return [on, set];
}

function set(on: boolean): void {
  try {
    if (on) localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, 'off');
  } catch {
    // A browser that keeps nothing leaves them on.
  }
  window.dispatchEvent(new Event(CHANGED));
}

function follow(changed: () => void): () => void {
  window.addEventListener(CHANGED, changed);
  window.addEventListener('storage', changed);
  return () => {
    window.removeEventListener(CHANGED, changed);
    window.removeEventListener('storage', changed);
  };
}
