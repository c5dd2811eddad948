import Link from 'next/link';
import { count } from '@/components/ui/figures';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
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

export function GroupsTable({ dataset, groups, invalidate }: GroupsTableProps) {
  return (
    <Table caption={`Groups of ${dataset}, most read first`}>
      <thead>
        <tr>
          <ColumnHead>Group</ColumnHead>
          <ColumnHead figure aria-sort="descending">
            Reads
          </ColumnHead>
          <ColumnHead figure className="max-md:hidden">
            Tenants
          </ColumnHead>
          <ColumnHead figure className="max-sm:hidden">
            Calls made
          </ColumnHead>
          <ColumnHead figure>Calls saved</ColumnHead>
          <ColumnHead figure className="max-md:hidden">
            Refused
          </ColumnHead>
          <ColumnHead className="pl-5 max-sm:hidden">Cached now</ColumnHead>
          {invalidate && (
            <ColumnHead className="max-sm:hidden">
              <span className="sr-only">Actions</span>
            </ColumnHead>
          )}
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          <GroupRow key={group.group} dataset={dataset} row={group} invalidate={invalidate} />
        ))}
      </tbody>
    </Table>
  );
}

interface GroupRowProps extends Pick<GroupsTableProps, 'dataset' | 'invalidate'> {
  readonly row: SharedGroup;
}

function GroupRow({ dataset, row, invalidate }: GroupRowProps) {
  const { group, reads, tenants, limited, callsMade, callsSaved } = row;
  const named = isPrefix(group);
  return (
    <Row>
      <RowHead>
        {named ? (
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
      </RowHead>
      <Cell figure>{count(reads)}</Cell>
      <Cell figure className="text-text-secondary max-md:hidden">
        {count(tenants)}
      </Cell>
      <Cell figure className="max-sm:hidden">
        {callsMade === undefined ? '–' : count(callsMade)}
      </Cell>
      <Cell figure>{callsSaved === undefined ? '–' : count(callsSaved)}</Cell>
      <Cell figure className="text-text-secondary max-md:hidden">
        {count(limited)}
      </Cell>
      <Cell className="pl-5 whitespace-nowrap text-text-secondary tabular-nums max-sm:hidden">
        <Freshness row={row} />
      </Cell>
      {invalidate && (
        <Cell figure className="max-sm:hidden">
          {named && <InvalidateButton dataset={dataset} what={{ groups: [group] }} invalidate={invalidate} icon />}
        </Cell>
      )}
    </Row>
  );
}

/** How much of a group is cached, how much of that is fresh, and how old the newest is. */
function Freshness({ row: { freshness } }: { row: SharedGroup }) {
  if (freshness === null) return <>not looked at</>;
  if (!freshness) return <>nothing</>;
  const { entries, fresh, ageMs } = freshness;
  return (
    <>
      {fresh === entries ? `${count(entries)} fresh` : `${count(fresh)} of ${count(entries)} fresh`}
      <span className="text-text-muted">, newest {ageWords(ageMs)} old</span>
    </>
  );
}
