'use client';

import { CircleCheck, Hourglass, TriangleAlert } from 'lucide-react';
import { Note } from '@/components/ui/note';
import { moment } from '@/components/ui/times';
import { useFollowed } from './use-followed';
import { answerWords, failureWords } from './webhook-words';

interface TestNoteProps {
  readonly webhookId: string;
  readonly deliveryId: string;
  /** What is followed: “The test message”. */
  readonly what: string;
  readonly onSettled: () => void;
}

/** Follows one message until its first answer. */
export function TestNote({ webhookId, deliveryId, what, onSettled }: TestNoteProps) {
  const { delivery, late } = useFollowed(webhookId, deliveryId, onSettled);
  if (late) {
    return (
      <Note icon={TriangleAlert} tone="warn" title={`${what} still waits`}>
        The API sends messages one after another; the list below shows when it was.
      </Note>
    );
  }
  if (!delivery) return <Note icon={Hourglass} title={`${what} is on its way`} />;
  if (delivery.state === 'delivered') {
    return <Note icon={CircleCheck} title={`${what} arrived: ${answerWords(delivery)}`} />;
  }
  const why = failureWords(delivery) ?? 'no answer';
  const status = delivery.status === null ? '' : ` with ${delivery.status}`;
  const next =
    delivery.nextAttemptAt === null ? 'There is no further try.' : `Next try at ${moment(delivery.nextAttemptAt)} UTC.`;
  return (
    <Note icon={TriangleAlert} tone="warn" title={`${what} failed${status}: ${why}`}>
      {next}
    </Note>
  );
}
