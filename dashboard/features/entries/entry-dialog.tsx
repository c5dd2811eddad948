'use client';

import { CircleX } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Facts } from '@/components/ui/facts';
import { Skeleton } from '@/components/ui/skeleton';
import { clock, day } from '@/components/ui/times';
import type { ChangeResult } from '@/data/change';
import type { EntryFacts, EntryName, ShownValue } from '@/data/entries-schema';
import { useChange } from '@/features/change/use-change';
import { bytesText, lifeText } from './entries-words';
import { ValueLook } from './value-look';

export interface EntryDialogProps {
  readonly name: EntryName;
  readonly onClose: () => void;
  readonly look: (name: EntryName) => Promise<ChangeResult<EntryFacts>>;
  /** Undefined for readers who see no values. */
  readonly lookAtValue: ((name: EntryName, reason: string) => Promise<ChangeResult<ShownValue>>) | undefined;
  /** Undefined for readers who take nothing away. */
  readonly onDelete: (() => void) | undefined;
}

/** What is known of one entry; its value only on demand, with a reason. */
export function EntryDialog({ name, onClose, look, lookAtValue, onDelete }: EntryDialogProps) {
  const [facts, setFacts] = useState<EntryFacts>();
  const { run, refusal } = useChange(look, setFacts);
  const asked = useRef(false);
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    run(name);
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={<span className="font-mono [overflow-wrap:anywhere]">{name.key}</span>}
      lead={`An entry of ${name.resource}`}
    >
      <div className="grid gap-4">
        <div role="status" aria-label="Entry">
          {refusal && (
            <p className="flex items-start gap-1.5 text-13 text-critical">
              <CircleX aria-hidden size={14} strokeWidth={1.75} className="mt-[3px] shrink-0" />
              <span>{refusal}</span>
            </p>
          )}
          {!facts && !refusal && <Skeleton className="h-[288px] w-full" />}
          {facts && <Facts facts={factsOf(facts)} />}
        </div>
        {lookAtValue && facts && <ValueLook look={(reason) => lookAtValue(name, reason)} />}
        <div className="flex flex-wrap justify-end gap-2">
          {onDelete && facts && <Button onClick={onDelete}>Delete this entry</Button>}
          <Button variant="primary" data-autofocus onClick={onClose}>
            Close
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function factsOf(entry: EntryFacts) {
  const { sizeBytes, payloadBytes, valueBytes, state, ttlMs, createdAt, tags, loadMs, compression, sealed } = entry;
  return [
    { key: 'size', name: 'Counted against the quota', value: bytesText(sizeBytes) },
    {
      key: 'stored',
      name: 'Stored value',
      value:
        valueBytes === null || valueBytes === payloadBytes
          ? bytesText(payloadBytes)
          : `${bytesText(payloadBytes)}, ${bytesText(valueBytes)} unpacked`,
    },
    { key: 'tier', name: 'Kept in', value: 'the shared store (L2)' },
    {
      key: 'form',
      name: 'Compression, encryption',
      value: `${compression ?? 'not known'}, ${sealed ? 'encrypted' : 'not encrypted'}`,
    },
    { key: 'state', name: 'State', value: state === 'fresh' ? 'fresh' : 'past its time, served while it is renewed' },
    { key: 'left', name: 'Time left', value: lifeText(ttlMs) },
    { key: 'created', name: 'Stored at, UTC', value: `${day(createdAt)}, ${clock(createdAt)}` },
    { key: 'load', name: 'Loading it took', value: loadMs === null ? 'not kept' : lifeText(Math.round(loadMs)) },
    {
      key: 'tags',
      name: 'Tags',
      value: (
        <span className="[overflow-wrap:anywhere]">
          {tags === null ? 'not shown to you' : tags.length === 0 ? 'none' : tags.join(', ')}
        </span>
      ),
    },
    ...(entry.unreadable ? [{ key: 'unreadable', name: 'Taken for a miss, because', value: entry.unreadable }] : []),
  ];
}
