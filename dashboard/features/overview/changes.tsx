'use client';

import { Pencil } from 'lucide-react';
import Link from 'next/link';
import { Empty } from '@/components/ui/empty';
import { SectionHead } from '@/components/ui/page-head';
import { clock, day } from '@/components/ui/times';
import { useLive } from '@/features/live/live';
import { ChangesList } from '@/features/tenant/changes-list';
import type { ChangesReading } from './read-block';

const HOUR_MS = 3_600_000;

export function Changes({ path, first }: { path: string; first: ChangesReading }) {
  const { events, readAtMs } = useLive(path, first).reading;
  return (
    <section>
      <SectionHead
        title={changesFinding(
          events.map(({ atMs }) => atMs),
          readAtMs,
        )}
        aside={
          <Link href="/audit" className="text-13 text-brand underline decoration-1 underline-offset-3">
            Audit log
          </Link>
        }
      />
      {events.length === 0 ? (
        <Empty icon={Pencil} title="Each change is listed here">
          With who made it, from which value to which, and why. The audit log keeps all of them.
        </Empty>
      ) : (
        <ChangesList events={events} time={(atMs) => shortTime(atMs, readAtMs)} named />
      )}
    </section>
  );
}

function changesFinding(times: readonly number[], nowMs: number): string {
  const latest = times[0];
  if (latest === undefined) return 'No quota was ever changed';
  const lately = times.filter((at) => nowMs - at < HOUR_MS).length;
  if (lately === 0)
    return `No quota changed since ${shortTime(latest, nowMs)}${nowMs - latest < 24 * HOUR_MS ? ' UTC' : ''}`;
  const more = lately === times.length && times.length >= 5 ? ' or more' : '';
  return `${lately === 1 ? 'One quota' : `${lately}${more} quotas`} changed in the last hour`;
}

function shortTime(atMs: number, nowMs: number): string {
  return nowMs - atMs < 24 * HOUR_MS ? clock(atMs).slice(0, 5) : day(atMs);
}
