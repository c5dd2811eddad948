'use client';

import { Eraser, Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import { Button } from '@/components/ui/button';
import { counted } from '@/components/ui/figures';
import type { ChangeResult } from '@/data/change';
import type { EntryFacts, EntryName, ListedEntry, Removal, ShownValue, Target } from '@/data/entries-schema';
import { EntriesFilter } from './entries-filter';
import { EntriesTable, nameOf } from './entries-table';
import { removedWords, targetWords } from './entries-words';
import { EntryDialog } from './entry-dialog';
import { InvalidateDialog } from './invalidate-dialog';
import { RemoveDialog } from './remove-dialog';

export interface EntryActions {
  readonly look: (tenantId: string, name: EntryName) => Promise<ChangeResult<EntryFacts>>;
  readonly lookAtValue: (tenantId: string, name: EntryName, reason: string) => Promise<ChangeResult<ShownValue>>;
  readonly remove: (tenantId: string, names: readonly EntryName[], reason: string) => Promise<ChangeResult<Removal>>;
  readonly invalidate: (tenantId: string, target: Target, reason: string) => Promise<ChangeResult<Removal>>;
}

interface EntriesViewProps {
  readonly tenantId: string;
  readonly tenantName: string;
  /** Of this page. */
  readonly entries: readonly ListedEntry[];
  readonly resource: string;
  readonly resources: readonly string[];
  readonly may: { readonly remove: boolean; readonly seeValues: boolean };
  readonly actions: EntryActions;
}

type Open =
  | { readonly kind: 'entry'; readonly name: EntryName }
  | { readonly kind: 'remove'; readonly names: readonly EntryName[] }
  | { readonly kind: 'invalidate' };

/** The entries of one page, with what may be done to them. */
export function EntriesView({ tenantId, tenantName, entries, resource, resources, may, actions }: EntriesViewProps) {
  const router = useRouter();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const selected = entries.filter((entry) => chosen.has(nameOf(entry)));
  const done = (title: string, removal: Removal) => {
    close();
    setChosen(new Set());
    if (removal.pending) toast.warning(title, { description: removedWords(removal) });
    else toast.success(title, { description: removedWords(removal) });
    router.refresh();
  };
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
        <EntriesFilter resources={resources} />
        {may.remove && (
          <div className="flex flex-wrap gap-2 max-sm:w-full max-sm:*:flex-1">
            <Button
              disabled={selected.length === 0}
              onClick={() =>
                setOpen({ kind: 'remove', names: selected.map(({ resource: of, key }) => ({ resource: of, key })) })
              }
            >
              <Trash2 aria-hidden size={14} strokeWidth={1.75} />
              {selected.length === 0 ? 'Delete selected' : `Delete ${counted(selected.length, 'entry', 'entries')}`}
            </Button>
            <Button onClick={() => setOpen({ kind: 'invalidate' })}>
              <Eraser aria-hidden size={14} strokeWidth={1.75} />
              Invalidate
            </Button>
          </div>
        )}
      </div>
      {entries.length > 0 && (
        <EntriesTable
          entries={entries}
          selection={may.remove ? { chosen, onChange: setChosen } : undefined}
          onOpen={(name) => setOpen({ kind: 'entry', name })}
        />
      )}
      {open?.kind === 'entry' && (
        <EntryDialog
          name={open.name}
          onClose={close}
          look={(name) => actions.look(tenantId, name)}
          lookAtValue={may.seeValues ? (name, reason) => actions.lookAtValue(tenantId, name, reason) : undefined}
          onDelete={may.remove ? () => setOpen({ kind: 'remove', names: [open.name] }) : undefined}
        />
      )}
      {open?.kind === 'remove' && (
        <RemoveDialog
          tenantName={tenantName}
          names={open.names}
          onClose={close}
          onDone={(removal) => done(`Deleted for ${tenantName}`, removal)}
          remove={(names, reason) => actions.remove(tenantId, names, reason)}
        />
      )}
      {open?.kind === 'invalidate' && (
        <InvalidateDialog
          tenantName={tenantName}
          resource={resource}
          resources={resources}
          onClose={close}
          onDone={(target, removal) => done(`Invalidated ${targetWords(target)}`, removal)}
          invalidate={(target, reason) => actions.invalidate(tenantId, target, reason)}
        />
      )}
    </>
  );
}
