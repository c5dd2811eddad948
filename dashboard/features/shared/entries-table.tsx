import { CircleCheck, History } from 'lucide-react';
import { actionsColumn, ColumnTable, type TableColumn } from '@/components/ui/column-table';
import { number } from '@/components/ui/number';
import { moment } from '@/components/ui/times';
import type { SharedEntry } from '@/data/shared-schema';
import { ageWords } from './age-words';
import { type InvalidateAction, InvalidateButton } from './invalidate-button';

interface EntriesTableProps {
  readonly dataset: string;
  readonly entries: readonly SharedEntry[];
  readonly invalidate: InvalidateAction | undefined;
}

const COLUMNS: readonly TableColumn<SharedEntry>[] = [
  { head: 'Group', className: 'font-medium [overflow-wrap:anywhere]', cell: ({ group }) => group },
  { head: 'Kind', cell: ({ kind }) => <code>{kind}</code> },
  { head: 'Freshness', cell: (entry) => <Freshness entry={entry} /> },
  { head: 'Age', figure: true, from: 'sm', cell: ({ ageMs }) => ageWords(ageMs) },
  { head: 'Fresh until, UTC', figure: true, from: 'md', quiet: true, cell: ({ freshUntil }) => momentOf(freshUntil) },
  { head: 'Gone at, UTC', figure: true, from: 'md', quiet: true, cell: ({ expiresAt }) => momentOf(expiresAt) },
  { head: 'Size, KiB', figure: true, from: 'sm', cell: ({ sizeBytes }) => number(sizeBytes / 1024, 1) },
];

export function EntriesTable({ dataset, entries, invalidate }: EntriesTableProps) {
  const actions =
    invalidate &&
    actionsColumn<SharedEntry>(({ group }) => (
      <InvalidateButton dataset={dataset} what={{ groups: [group] }} invalidate={invalidate} icon />
    ));
  return (
    <ColumnTable
      caption={`Entries of ${dataset}, times in UTC`}
      columns={actions ? [...COLUMNS, actions] : COLUMNS}
      rows={entries}
      keyOf={({ group, kind }) => `${group} ${kind}`}
    />
  );
}

function Freshness({ entry: { ageMs, createdAt, freshUntil } }: { entry: SharedEntry }) {
  const fresh = Date.parse(freshUntil) > Date.parse(createdAt) + ageMs;
  const Icon = fresh ? CircleCheck : History;
  return (
    <span className="flex items-center gap-[5px] text-12 whitespace-nowrap text-text-secondary">
      <Icon aria-hidden size={13} strokeWidth={2} className={fresh ? 'text-ok' : 'text-text-muted'} />
      {fresh ? 'Fresh' : 'Within its grace'}
    </span>
  );
}

function momentOf(at: string) {
  return <time dateTime={at}>{moment(at)}</time>;
}
