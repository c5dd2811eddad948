import type { ReactNode } from 'react';

export interface Fact {
  key: string;
  name: ReactNode;
  value: ReactNode;
}

/** Name and value in rows, between hairlines. */
export function Facts({ facts, inside = false }: { facts: readonly Fact[]; inside?: boolean }) {
  const frame = inside ? 'border-border *:py-1.5 *:last:border-b-0 *:last:pb-0' : 'border-border-strong *:py-2';
  return (
    <dl className={`border-t text-13 ${frame}`}>
      {facts.map(({ key, name, value }) => (
        <div key={key} className="flex items-center justify-between gap-4 border-b border-border">
          <dt className="flex max-w-[60%] shrink-0 items-center gap-2 text-text-secondary">{name}</dt>
          <dd className="min-w-0 text-right tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
