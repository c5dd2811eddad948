import { classNames } from '@/components/ui/class-names';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import { moment } from '@/components/ui/times';
import type { Person } from '@/data/people';
import { roleLabel, signInWords } from './people-words';
import type { Deed } from './person-dialog';
import { PersonMenu } from './person-menu';

interface PeopleTableProps {
  readonly people: readonly Person[];
  readonly ownEmail: string;
  readonly nowMs: number;
  readonly onDeed: (deed: Deed, person: Person) => void;
}

const WIDE = 'max-md:hidden';

export function PeopleTable({ people, ownEmail, nowMs, onDeed }: PeopleTableProps) {
  return (
    <Table caption="People who can sign in, staff first, then by e-mail; times in UTC">
      <thead>
        <tr>
          <ColumnHead>Person</ColumnHead>
          <ColumnHead>Role</ColumnHead>
          <ColumnHead className={WIDE}>Signs in with</ColumnHead>
          <ColumnHead className={WIDE} figure>
            Sessions
          </ColumnHead>
          <ColumnHead className={classNames(WIDE, 'pl-5')}>Last seen, UTC</ColumnHead>
          <ColumnHead>
            <span className="sr-only">Actions</span>
          </ColumnHead>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => {
          const { id, email, name, role, tenantId, tenantName, sessions, lastSeenAt } = person;
          return (
            <Row key={id}>
              <RowHead className="[overflow-wrap:anywhere]">
                <span className="block font-medium">{name}</span>
                <span className="text-12 text-text-muted">{email}</span>
              </RowHead>
              <Cell>
                {roleLabel(role)}
                {tenantId !== null && (
                  <span className="block text-12 text-text-muted [overflow-wrap:anywhere]">
                    of {tenantName ?? tenantId}
                  </span>
                )}
              </Cell>
              <Cell className={WIDE}>{signInWords(person, nowMs)}</Cell>
              <Cell className={WIDE} figure>
                {sessions}
              </Cell>
              <Cell className={classNames(WIDE, 'pl-5')}>{lastSeenAt ? moment(lastSeenAt) : 'Not yet'}</Cell>
              <Cell className="text-right">
                {email === ownEmail ? (
                  <span className="text-12 text-text-muted">You</span>
                ) : (
                  <PersonMenu person={person} onDeed={(deed) => onDeed(deed, person)} />
                )}
              </Cell>
            </Row>
          );
        })}
      </tbody>
    </Table>
  );
}
