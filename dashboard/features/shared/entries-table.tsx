import { CircleCheck, History } from 'lucide-react';
import { number } from '@/components/ui/number';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import { moment } from '@/components/ui/times';
import type { SharedEntry } from '@/data/shared-schema';
import { ageWords } from './age-words';
import { type InvalidateAction, InvalidateButton } from './invalidate-button';

interface EntriesTableProps {
  readonly dataset: string;
  readonly entries: readonly SharedEntry[];
  readonly invalidate: InvalidateAction | undefined;
}

export function EntriesTable({ dataset, entries, invalidate }: EntriesTableProps) {
  return (
    <Table caption={`Entries of ${dataset}, times in UTC`}>
      <thead>
        <tr>
          <ColumnHead>Group</ColumnHead>
          <ColumnHead>Kind</ColumnHead>
          <ColumnHead>Freshness</ColumnHead>
          <ColumnHead figure className="max-sm:hidden">
            Age
          </ColumnHead>
          <ColumnHead figure className="max-md:hidden">
            Fresh until, UTC
          </ColumnHead>
          <ColumnHead figure className="max-md:hidden">
            Gone at, UTC
          </ColumnHead>
          <ColumnHead figure className="max-sm:hidden">
            Size, KiB
          </ColumnHead>
          {invalidate && (
            <ColumnHead className="max-sm:hidden">
              <span className="sr-only">Actions</span>
            </ColumnHead>
          )}
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <EntryRow key={`${entry.group} ${entry.kind}`} dataset={dataset} entry={entry} invalidate={invalidate} />
        ))}
      </tbody>
    </Table>
  );
}

interface EntryRowProps extends Pick<EntriesTableProps, 'dataset' | 'invalidate'> {
  readonly entry: SharedEntry;
}

function EntryRow({ dataset, entry, invalidate }: EntryRowProps) {
  const { group, kind, sizeBytes, ageMs, createdAt, freshUntil, expiresAt } = entry;
  const fresh = Date.parse(freshUntil) > Date.parse(createdAt) + ageMs;
  const Icon = fresh ? CircleCheck : History;
  return (
    <Row>
      <RowHead className="font-medium [overflow-wrap:anywhere]">{group}</RowHead>
      <Cell>
        <code>{kind}</code>
      </Cell>
      <Cell>
        <span className="flex items-center gap-[5px] text-12 whitespace-nowrap text-text-secondary">
          <Icon aria-hidden size={13} strokeWidth={2} className={fresh ? 'text-ok' : 'text-text-muted'} />
          {fresh ? 'Fresh' : 'Within its grace'}
        </span>
      </Cell>
      <Cell figure className="max-sm:hidden">
        {ageWords(ageMs)}
      </Cell>
      <Cell figure className="text-text-secondary max-md:hidden">
        <time dateTime={freshUntil}>{moment(freshUntil)}</time>
      </Cell>
      <Cell figure className="text-text-secondary max-md:hidden">
        <time dateTime={expiresAt}>{moment(expiresAt)}</time>
      </Cell>
      <Cell figure className="max-sm:hidden">
        {number(sizeBytes / 1024, 1)}
      </Cell>
      {invalidate && (
        <Cell figure className="max-sm:hidden">
          <InvalidateButton dataset={dataset} what={{ groups: [group] }} invalidate={invalidate} icon />
        </Cell>
      )}
    </Row>
  );
}
