import { Users } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Change } from '@/components/ui/change';
import { Note } from '@/components/ui/note';
import { clock } from '@/components/ui/times';
import type { Quota } from '@/data/quota-schema';
import { quotaDifferences } from './quota-differences';

export interface Conflict {
  actor: string | undefined;
  at: string;
  before: Quota;
  current: Quota;
}

interface ConflictNoteProps {
  conflict: Conflict;
  onKeep: () => void;
  onDiscard: () => void;
}

/** Somebody was faster: who, when, what, and that nothing typed is lost. */
export function ConflictNote({ conflict: { actor, at, before, current }, onKeep, onDiscard }: ConflictNoteProps) {
  const differences = quotaDifferences(before, current);
  return (
    <Note
      icon={Users}
      tone="warn"
      title={`${actor ?? 'Somebody'} saved a change while this form was open`}
      actions={
        <>
          <Button size="small" onClick={onKeep}>
            Keep my entries
          </Button>
          <Button size="small" variant="quiet" onClick={onDiscard}>
            Discard mine
          </Button>
        </>
      }
    >
      {clock(at)} UTC: {differences.length === 0 && 'its name, plan or suspension changed, the quota is the same'}
      {differences.map((difference, index) => (
        <span key={difference.name}>
          {index > 0 && ', '}
          {difference.name} <Change before={difference.before} after={difference.after} />
        </span>
      ))}
      . Nothing of yours was saved. Your entries are kept; hints and preview already use the new values.
    </Note>
  );
}
