import Link from 'next/link';
import { Change } from '@/components/ui/change';
import { nameClass } from '@/components/ui/name-class';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import { clock, day } from '@/components/ui/times';
import type { AuditRow } from '@/data/audit';
import { changedSettings, whatHappened } from './describe-change';
import { describeDeed } from './describe-deed';

export function AuditTable({ rows }: { rows: readonly AuditRow[] }) {
  return (
    <Table caption="Audit log, newest first, times in UTC">
      <thead>
        <tr>
          <ColumnHead aria-sort="descending">Time, UTC</ColumnHead>
          <ColumnHead>Actor</ColumnHead>
          <ColumnHead>What</ColumnHead>
          <ColumnHead className="max-sm:hidden">Tenant</ColumnHead>
          <ColumnHead className="max-sm:hidden">Change</ColumnHead>
          <ColumnHead className="max-lg:hidden">Source</ColumnHead>
          <ColumnHead className="w-[24%] max-sm:hidden">Reason</ColumnHead>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <AuditLine key={row.id} row={row} />
        ))}
      </tbody>
    </Table>
  );
}

function AuditLine({ row }: { row: AuditRow }) {
  const { at, actor, onBehalfOf, source, ip, reason } = row;
  return (
    <Row>
      <RowHead className="whitespace-nowrap text-text-secondary">
        <time dateTime={at} className="grid">
          {clock(at)}
          {!isToday(at) && <span className="text-12 text-text-muted">{day(at)}</span>}
        </time>
      </RowHead>
      <Cell className="max-sm:max-w-[120px] max-sm:break-words">
        <Actor name={actor} />
        {onBehalfOf && <span className="block text-text-muted">as {onBehalfOf}</span>}
      </Cell>
      <Cell>
        {whatHappened(row)}
        <span className="grid gap-0.5 pt-0.5 sm:hidden">
          <TenantLink row={row} />
          <Changes row={row} />
          <span className="text-text-secondary">{reason}</span>
        </span>
      </Cell>
      <Cell className="max-sm:hidden">
        <TenantLink row={row} />
      </Cell>
      <Cell className="max-sm:hidden">
        <Changes row={row} />
      </Cell>
      <Cell className="max-lg:hidden">
        {source}
        {ip && <code className="block text-12 text-text-muted">{ip}</code>}
      </Cell>
      <Cell className="text-text-secondary [overflow-wrap:anywhere] max-sm:hidden">{reason}</Cell>
    </Row>
  );
}

/** An e-mail may break before its domain; anything else is a machine. */
function Actor({ name }: { name: string }) {
  const [person = '', domain] = name.split('@');
  if (domain === undefined) return <code>{name}</code>;
  return (
    <>
      {person}
      <wbr />@{domain}
    </>
  );
}

function TenantLink({ row: { tenantId, tenantName } }: { row: AuditRow }) {
  if (tenantId === null) return <span className="text-text-muted">all tenants</span>;
  if (tenantName === undefined) return <code>{tenantId}</code>;
  return (
    <Link
      href={`/tenants/${tenantId}`}
      className={nameClass('hover:underline hover:underline-offset-3')}
      title={tenantName}
    >
      {tenantName}
    </Link>
  );
}

function Changes({ row }: { row: AuditRow }) {
  const settings = changedSettings(row);
  if (settings.length === 0) {
    const { about } = describeDeed(row);
    if (about === undefined) return <span className="text-text-muted">–</span>;
    return <span className="[overflow-wrap:anywhere]">{about}</span>;
  }
  return (
    <ul className="grid">
      {settings.map(({ name, before, after }) => (
        <li key={name}>
          {settings.length > 1 && <span className="text-text-secondary">{name} </span>}
          <Change before={before} after={after} />
        </li>
      ))}
    </ul>
  );
}

function isToday(at: string): boolean {
  return at.slice(0, 10) === new Date().toISOString().slice(0, 10);
}
