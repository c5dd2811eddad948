'use client';

import { createContext, type ReactNode, useContext, useState, useSyncExternalStore } from 'react';

/** The moment that the reader points at: one for all charts of a page, kept outside React so that hovering redraws no chart. */
export class CursorStore {
  #at: number | undefined;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly at = () => this.#at;

  move(at: number | undefined): void {
    if (at === this.#at) return;
    this.#at = at;
    for (const listener of this.#listeners) listener();
  }
}

const CursorContext = createContext<CursorStore | undefined>(undefined);

export function ChartCursor({ children }: { children: ReactNode }) {
  const [store] = useState(() => new CursorStore());
  return <CursorContext value={store}>{children}</CursorContext>;
}

/** A chart outside `<ChartCursor>` keeps a moment of its own. */
export function useCursor(): CursorStore {
  const shared = useContext(CursorContext);
  const [own] = useState(() => new CursorStore());
  return shared ?? own;
}

export function useCursorTime(store: CursorStore): number | undefined {
  return useSyncExternalStore(store.subscribe, store.at, () => undefined);
}
