import Link from 'next/link';
import { actionsColumn, ColumnTable, type TableColumn } from '@/components/ui/column-table';
import { count } from '@/components/ui/figures';
import type { SharedGroup } from '@/data/shared-groups';
import { isPrefix } from '@/data/shared-schema';
import { ageWords } from './age-words';
import { type InvalidateAction, InvalidateButton } from './invalidate-button';
import { entriesHref } from './shared-search';

interface GroupsTableProps {
  readonly dataset: string;
  readonly groups: readonly SharedGroup[];
  readonly invalidate: InvalidateAction | undefined;
}

const FIGURES: readonly TableColumn<SharedGroup>[] = [
  { head: 'Reads', figure: true, sorted: 'descending', cell: ({ reads }) => count(reads) },
  { head: 'Tenants', figure: true, from: 'md', quiet: true, cell: ({ tenants }) => count(tenants) },
  { head: 'Calls made', figure: true, from: 'sm', cell: ({ callsMade }) => countIfKnown(callsMade) },
  { head: 'Calls saved', figure: true, cell: ({ callsSaved }) => countIfKnown(callsSaved) },
  { head: 'Refused', figure: true, from: 'md', quiet: true, cell: ({ limited }) => count(limited) },
  {
    head: 'Cached now',
    from: 'sm',
    quiet: true,
    className: 'pl-5 whitespace-nowrap tabular-nums',
    cell: (row) => <Freshness row={row} />,
  },
];

export function GroupsTable({ dataset, groups, invalidate }: GroupsTableProps) {
  const name = { head: 'Group', cell: (row: SharedGroup) => <GroupName dataset={dataset} row={row} /> };
  const actions =
    invalidate &&
    actionsColumn<SharedGroup>(
      ({ group }) =>
        isPrefix(group) && (
          <InvalidateButton dataset={dataset} what={{ groups: [group] }} invalidate={invalidate} icon />
        ),
    );
  return (
    <ColumnTable
      caption={`Groups of ${dataset}, most read first`}
      columns={[name, ...FIGURES, ...(actions ? [actions] : [])]}
      rows={groups}
      keyOf={({ group }) => group}
    />
  );
}

function countIfKnown(figure: number | undefined): string {
  return figure === undefined ? '–' : count(figure);
}

function GroupName({ dataset, row }: { dataset: string; row: SharedGroup }) {
  const { group } = row;
  return (
    <>
      {isPrefix(group) ? (
        <Link
          href={entriesHref(dataset, { prefix: group, cursor: '' })}
          className="font-medium [overflow-wrap:anywhere] hover:underline hover:underline-offset-3"
        >
          {group}
        </Link>
      ) : (
        <span className="text-text-secondary">{group}</span>
      )}
      <span className="block text-12 text-text-secondary sm:hidden">
        <Freshness row={row} />
      </span>
    </>
  );
}

/** How much of a group is cached, how much of that is fresh, and how old the newest is. */
function Freshness({ row: { freshness } }: { row: SharedGroup }) {
  if (freshness === 'unseen') return <>not looked at</>;
  if (freshness === 'unread') return <>could not be read</>;
  if (!freshness) return <>nothing</>;
  const { entries, fresh, ageMs } = freshness;
  return (
    <>
      {fresh === entries ? `${count(entries)} fresh` : `${count(fresh)} of ${count(entries)} fresh`}
      <span className="text-text-muted">, newest {ageWords(ageMs)} old</span>
    </>
  );
}
