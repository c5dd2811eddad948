'use client';

import { Command } from 'cmdk';
import { Building2, RotateCw, Search } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { counted } from '@/components/ui/figures';
import { Key } from '@/components/ui/keys';
import { matching, type PaletteEntry } from './actions';
import { usePaletteGroups } from './palette-groups';
import { useTenantSearch } from './use-tenant-search';

interface PaletteProps {
  readonly area: 'fleet' | 'tenant';
  readonly canEdit: boolean;
  readonly viewsAs: boolean;
  readonly offered: readonly PaletteEntry[];
  readonly onClose: () => void;
  readonly onHelp: () => void;
}

const WHAT = { fleet: 'a tenant, a page or an action', tenant: 'a page or an action' };

/** One field that leads everywhere. The browser makes the rest inert and gives the focus back. */
export function Palette({ area, canEdit, viewsAs, offered, onClose, onHelp }: PaletteProps) {
  const router = useRouter();
  const dialog = useRef<HTMLDialogElement>(null);
  const moved = useRef(false);
  const [text, setText] = useState('');
  const [selected, setSelected] = useState('');
  const { tenants, state, retry } = useTenantSearch(text, area === 'fleet');
  const pages = usePaletteGroups({ area, canEdit, viewsAs, offered, onHelp });

  const typed = text.trim().toLowerCase();
  // Those of the text before stay only where they fit this one, so that Enter opens what is meant.
  const fitting =
    state === 'found'
      ? tenants
      : tenants.filter(({ tenantId, name }) => `${name}\n${tenantId}`.toLowerCase().includes(typed));
  const found: PaletteEntry[] = fitting.map(({ tenantId, name }) => ({
    id: `tenant:${tenantId}`,
    label: name,
    Icon: Building2,
    aside: tenantId,
    run: () => router.push(`/tenants/${tenantId}`),
  }));
  const groups = [
    { heading: 'Tenants', entries: found },
    ...pages.map(({ heading, entries }) => ({ heading, entries: matching(entries, text) })),
  ].filter(({ entries }) => entries.length > 0);
  const firstId = groups[0]?.entries[0]?.id ?? '';
  const choices = groups.reduce((sum, { entries }) => sum + entries.length, 0);

  // Closed while it is still in the document: only then does the browser give the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element || element.open) return;
    element.showModal();
    element.querySelector('input')?.focus();
    return () => element.close();
  }, []);

  // What comes in from the server goes to the top; the choice follows, unless the reader has chosen already.
  useEffect(() => {
    if (!moved.current) setSelected(firstId);
  }, [firstId]);

  const choose = (entry: PaletteEntry) => {
    dialog.current?.close();
    onClose();
    entry.run();
  };

  return (
    <dialog
      ref={dialog}
      aria-label="Jump to"
      // In development React mounts twice, and the first close is told when the dialog is open again.
      onClose={() => {
        if (!dialog.current?.open) onClose();
      }}
      closedby="any"
      className="fixed inset-x-0 top-[min(14vh,120px)] bottom-auto m-auto w-[min(560px,calc(100vw-24px))] max-w-none overflow-hidden rounded-3 border border-border bg-bg-raised p-0 text-text shadow-raised backdrop:bg-overlay"
    >
      <Command
        label={`Jump to ${WHAT[area]}`}
        shouldFilter={false}
        loop
        value={selected}
        onValueChange={setSelected}
        onKeyDown={(event) => {
          if (event.key.startsWith('Arrow') || event.key === 'Home' || event.key === 'End') moved.current = true;
        }}
      >
        <div className="flex items-center gap-2.5 border-b border-border px-4">
          <Search aria-hidden size={16} strokeWidth={1.75} className="shrink-0 text-text-muted" />
          <Command.Input
            value={text}
            onValueChange={(next) => {
              moved.current = false;
              setText(next);
            }}
            placeholder={`Jump to ${WHAT[area]}`}
            className="h-12 min-w-0 flex-1 bg-transparent text-14 outline-none placeholder:text-text-muted focus-visible:shadow-none!"
          />
          <Key>Esc</Key>
        </div>
        <Command.List className="max-h-[min(420px,56vh)] overflow-y-auto overscroll-contain p-2">
          {groups.map(({ heading, entries }) => (
            <Command.Group
              key={heading}
              heading={heading}
              className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-12 [&_[cmdk-group-heading]]:text-text-muted"
            >
              {entries.map((entry) => (
                <Entry key={entry.id} entry={entry} onSelect={() => choose(entry)} />
              ))}
            </Command.Group>
          ))}
          {state === 'failed' && (
            <Entry
              entry={{ id: 'retry', label: 'Tenants could not be searched. Try again', Icon: RotateCw, run: retry }}
              onSelect={retry}
            />
          )}
        </Command.List>
        <p aria-live="polite" className="border-t border-border px-4 py-2 text-12 text-text-muted">
          {words(text, state, choices)}
        </p>
      </Command>
    </dialog>
  );
}

function words(text: string, state: 'idle' | 'searching' | 'found' | 'failed', choices: number): string {
  if (state === 'failed') return 'The search for tenants failed.';
  if (state === 'searching') return 'Searching tenants …';
  if (choices === 0) return `Nothing matches “${text.trim()}”`;
  return text.trim() === '' ? 'Arrow keys choose, Enter goes there' : counted(choices, 'match', 'matches');
}

function Entry({ entry, onSelect }: { entry: PaletteEntry; onSelect: () => void }) {
  const { id, label, Icon, aside } = entry;
  return (
    <Command.Item
      value={id}
      onSelect={onSelect}
      className="flex h-10 cursor-pointer items-center gap-2.5 rounded-2 px-2 text-13 text-text-secondary data-[selected=true]:bg-bg-muted data-[selected=true]:text-text sm:h-9"
    >
      <Icon aria-hidden size={16} strokeWidth={1.75} className="shrink-0" />
      <span className="truncate">{label}</span>
      {aside && <span className="ml-auto truncate pl-4 text-12 text-text-muted">{aside}</span>}
    </Command.Item>
  );
}
