'use client';

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { isTyping } from '@/components/ui/typing';
import { HelpDialog } from '@/features/help/help-dialog';
import { singleKeysOn } from '@/features/help/single-keys';
import type { PaletteEntry } from './actions';
import { Palette } from './palette';

type Shown = 'palette' | 'help' | undefined;

interface Commands {
  readonly show: (what: Exclude<Shown, undefined>) => void;
  readonly offer: (entries: readonly PaletteEntry[]) => () => void;
}

const CommandsContext = createContext<Commands | undefined>(undefined);

interface CommandsProviderProps {
  readonly area: 'fleet' | 'tenant';
  readonly canEdit: boolean;
  readonly viewsAs: boolean;
  readonly children: ReactNode;
}

/** The palette (Cmd or Ctrl-K) and the help (`?`), one of each for all pages of an area. */
export function CommandsProvider({ area, canEdit, viewsAs, children }: CommandsProviderProps) {
  const [shown, setShown] = useState<Shown>();
  const [offered, setOffered] = useState<readonly PaletteEntry[]>([]);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey) return;
      if ((event.metaKey || event.ctrlKey) && !event.shiftKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setShown((now) => (now === 'palette' ? undefined : 'palette'));
      } else if (event.key === '?' && !event.metaKey && !event.ctrlKey && !isTyping(event.target) && singleKeysOn()) {
        event.preventDefault();
        setShown('help');
      }
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);

  const commands = useMemo<Commands>(
    () => ({
      show: setShown,
      offer: (entries) => {
        setOffered(entries);
        return () => setOffered((now) => (now === entries ? [] : now));
      },
    }),
    [],
  );
  // A dialog tells that it closed a moment after another one may have opened.
  const close = (what: Shown) => () => setShown((now) => (now === what ? undefined : now));
  return (
    <CommandsContext value={commands}>
      {children}
      {shown === 'palette' && (
        <Palette
          area={area}
          canEdit={canEdit}
          viewsAs={viewsAs}
          offered={offered}
          onClose={close('palette')}
          onHelp={() => setShown('help')}
        />
      )}
      <HelpDialog area={area} open={shown === 'help'} onClose={close('help')} />
    </CommandsContext>
  );
}

export function useCommands(): Commands {
  const commands = useContext(CommandsContext);
  if (!commands) throw new Error('useCommands() is for pages inside <CommandsProvider>');
  return commands;
}

/** What the page in view can do, for as long as it is in view. Give it the same array while nothing changed. */
export function useOffer(entries: readonly PaletteEntry[]): void {
  const { offer } = useCommands();
  useEffect(() => offer(entries), [offer, entries]);
}
