import { Ban, CircleCheck, Clock, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from '@/components/ui/class-names';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import { day, moment } from '@/components/ui/times';
import type { ApiKey } from '@/data/api-key-schema';
import { type KeyState, keyState, keyStateWords } from './key-words';

const LOOKS: Record<KeyState, { Icon: typeof Ban; look: string }> = {
  live: { Icon: CircleCheck, look: '[&>svg]:text-ok' },
  ending: { Icon: TriangleAlert, look: 'text-warn' },
  expired: { Icon: Clock, look: 'text-text-muted' },
  revoked: { Icon: Ban, look: 'text-text-muted' },
};
const WIDE = 'max-md:hidden';

interface KeysTableProps {
  readonly keys: readonly ApiKey[];
  readonly nowMs: number;
  /** What may be done with a key that opens something; undefined where nothing may. */
  readonly actions: ((key: ApiKey) => ReactNode) | undefined;
}

/** Keys, newest first: never the key itself. */
export function KeysTable({ keys, nowMs, actions }: KeysTableProps) {
  const now = new Date(nowMs);
  return (
    <Table caption="API keys, newest first">
      <thead>
        <tr>
          <ColumnHead>Key</ColumnHead>
          <ColumnHead className={WIDE}>State</ColumnHead>
          <ColumnHead className={WIDE}>Scopes</ColumnHead>
          <ColumnHead>Last used, UTC</ColumnHead>
          <ColumnHead className={WIDE}>Created</ColumnHead>
          {actions && (
            <ColumnHead>
              <span className="sr-only">Actions</span>
            </ColumnHead>
          )}
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => {
          const state = keyState(key, nowMs);
          return (
            <Row key={key.keyId}>
              <RowHead className={state === 'live' || state === 'ending' ? '' : 'text-text-muted'}>
                <span className="block font-medium break-words">{key.name}</span>
                <code className="text-12 text-text-muted">{key.prefix}…</code>
                <KeyBadge apiKey={key} state={state} nowMs={nowMs} className="md:hidden" />
              </RowHead>
              <Cell className={WIDE}>
                <KeyBadge apiKey={key} state={state} nowMs={nowMs} className="" />
              </Cell>
              <Cell className={classNames(WIDE, 'max-w-[240px] break-words')}>
                {key.scopes.length === 0 ? (
                  <span className="text-text-muted">none</span>
                ) : (
                  <code className="text-12">{key.scopes.join(' ')}</code>
                )}
              </Cell>
              <Cell className="tabular-nums">
                {key.lastUsedAt === null ? <span className="text-text-muted">never</span> : moment(key.lastUsedAt, now)}
              </Cell>
              <Cell className={WIDE}>
                {day(key.createdAt, now)}
                {key.createdBy !== '' && (
                  <span className="block max-w-[200px] truncate text-12 text-text-muted">by {key.createdBy}</span>
                )}
              </Cell>
              {actions && (
                <Cell>
                  {(state === 'live' || state === 'ending') && (
                    <span className="flex justify-end gap-1.5 max-sm:flex-col">{actions(key)}</span>
                  )}
                </Cell>
              )}
            </Row>
          );
        })}
      </tbody>
    </Table>
  );
}

interface KeyBadgeProps {
  readonly apiKey: ApiKey;
  readonly state: KeyState;
  readonly nowMs: number;
  readonly className: string;
}

function KeyBadge({ apiKey, state, nowMs, className }: KeyBadgeProps) {
  const { Icon, look } = LOOKS[state];
  return (
    <span className={classNames('flex items-center gap-[5px] text-12', look, className)}>
      <Icon aria-hidden size={13} strokeWidth={2} className="shrink-0" />
      {keyStateWords(apiKey, nowMs)}
    </span>
  );
}
