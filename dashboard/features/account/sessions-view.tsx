'use client';

import { MonitorCheck } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { toast } from 'sonner';
import { Button } from '@/components/ui/button';
import { SectionHead } from '@/components/ui/page-head';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import { moment } from '@/components/ui/times';
import type { ChangeResult } from '@/data/change';
import type { OwnSession } from '@/data/own-sessions';
import { useChange } from '@/features/change/use-change';
import { endedWords } from './account-words';

interface SessionsViewProps {
  readonly sessions: readonly OwnSession[];
  /** How many there are; the list has the latest. */
  readonly total: number;
  readonly end: (id: unknown) => Promise<ChangeResult<number>>;
  readonly endOthers: () => Promise<ChangeResult<number>>;
}

/** Where one is signed in. The present session ends with “Sign out”, not here. */
export function SessionsView({ sessions, total, end, endOthers }: SessionsViewProps) {
  const router = useRouter();
  const ended = (count: number) => {
    toast.success(endedWords(count));
    router.refresh();
  };
  const one = useChange(end, ended);
  const others = useChange(endOthers, ended);
  return (
    <section>
      <SectionHead
        title="Sessions"
        aside={
          total > 1 && (
            <Button size="small" aria-disabled={others.pending} onClick={() => others.run()}>
              End all others
            </Button>
          )
        }
      >
        A session you do not know is a reason to end it and to change your password.
        {total > sessions.length && ` The latest ${sessions.length} of ${total}.`}
      </SectionHead>
      <p role="alert" className="text-13 text-critical empty:hidden">
        {one.refusal ?? others.refusal}
      </p>
      <Table caption="Your sessions, this one first, then the latest seen, times in UTC">
        <thead>
          <tr>
            <ColumnHead>Browser</ColumnHead>
            <ColumnHead className="max-sm:hidden">Signed in, UTC</ColumnHead>
            <ColumnHead>Last seen, UTC</ColumnHead>
            <ColumnHead>
              <span className="sr-only">Actions</span>
            </ColumnHead>
          </tr>
        </thead>
        <tbody>
          {sessions.map(({ id, browser, createdAt, lastSeenAt, present }) => (
            <Row key={id}>
              <RowHead>
                {browser}
                {present && (
                  <span className="flex items-center gap-1 text-12 text-text-muted">
                    <MonitorCheck aria-hidden size={13} strokeWidth={1.75} />
                    This one
                  </span>
                )}
              </RowHead>
              <Cell className="whitespace-nowrap max-sm:hidden">{moment(createdAt)}</Cell>
              <Cell className="whitespace-nowrap">{moment(lastSeenAt)}</Cell>
              <Cell className="text-right">
                {!present && (
                  <Button
                    size="small"
                    aria-label={`End the session of ${browser}, signed in ${moment(createdAt)} UTC`}
                    aria-disabled={one.pending}
                    onClick={() => one.run(id)}
                  >
                    End
                  </Button>
                )}
              </Cell>
            </Row>
          ))}
        </tbody>
      </Table>
    </section>
  );
}
