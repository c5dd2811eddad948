import { CircleDashed, CircleX, DatabaseZap, SearchX } from 'lucide-react';
import { ButtonLink } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { counted } from '@/components/ui/figures';
import { SectionHead } from '@/components/ui/page-head';
import { SearchField } from '@/components/ui/search-field';
import { clock } from '@/components/ui/times';
import type { SharedEntriesPage } from '@/data/shared';
import { isPrefix } from '@/data/shared-schema';
import type { WhileUp } from '@/data/while-up';
import { EntriesTable } from './entries-table';
import { type InvalidateAction, InvalidateButton } from './invalidate-button';
import { type EntriesSearch, entriesHref } from './shared-search';

interface EntriesViewProps {
  readonly dataset: string;
  readonly search: EntriesSearch;
  /** Undefined where nothing was asked; its value is undefined for a cursor that belongs to another list. */
  readonly page: WhileUp<SharedEntriesPage | undefined> | undefined;
  readonly wrongPrefix: boolean;
  readonly invalidate: InvalidateAction | undefined;
}

/** What is cached, page by page: groups, kinds and times, never values. */
export function EntriesView({ dataset, search, page, wrongPrefix, invalidate }: EntriesViewProps) {
  const { prefix } = search;
  const found = page?.up ? page.value : undefined;
  return (
    <section aria-label="Entries">
      <SectionHead title={prefix === '' || wrongPrefix ? 'Entries' : `Entries of ${prefix}…`}>
        {found ? `In no order, as of ${clock(found.asOf)} UTC.${unnamedWords(found.unnamed)}` : 'In no order.'}
      </SectionHead>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <SearchField
          name="prefix"
          label="Entries whose group begins with"
          placeholder="Group begins with, such as binance:"
          position="cursor"
        />
        {invalidate && isPrefix(prefix) && (
          <InvalidateButton dataset={dataset} what={{ prefix }} invalidate={invalidate} />
        )}
      </div>
      <Entries {...{ dataset, search, page, wrongPrefix, invalidate }} />
    </section>
  );
}

function Entries({ dataset, search, page, wrongPrefix, invalidate }: EntriesViewProps) {
  const { prefix, cursor } = search;
  const start = (
    <ButtonLink size="small" href={entriesHref(dataset, { prefix, cursor: '' })}>
      Begin at the first page
    </ButtonLink>
  );
  if (wrongPrefix) {
    return (
      <Empty icon={SearchX} title="Type at least what stands before the first colon, and the colon">
        Groups are found by how they begin, such as <code>binance:</code> or <code>binance:BTC</code>, without spaces
        and braces.
      </Empty>
    );
  }
  if (!page?.up) {
    return (
      <Empty icon={DatabaseZap} title={page?.why ?? 'The API does not answer.'}>
        Entries cannot be listed now. Nothing is lost by that.
      </Empty>
    );
  }
  if (!page.value) return <Empty icon={CircleX} title="This page belongs to another list" actions={start} />;
  const { items, next } = page.value;
  if (items.length === 0 && next === null) {
    return (
      <Empty
        icon={CircleDashed}
        title={prefix === '' ? 'Nothing is cached' : `Nothing is cached of ${prefix}…`}
        {...(cursor !== '' && { actions: start })}
      >
        An entry appears here once somebody reads it, or a warm-up loads it.
      </Empty>
    );
  }
  return (
    <>
      <EntriesTable dataset={dataset} entries={items} invalidate={invalidate} />
      <nav
        aria-label="Pages"
        className="flex flex-wrap items-center justify-between gap-4 pt-3 text-13 text-text-secondary"
      >
        <span>{counted(items.length, 'entry', 'entries')} on this page</span>
        <span className="flex gap-2">
          {cursor !== '' && start}
          {next !== null && (
            <ButtonLink size="small" href={entriesHref(dataset, { prefix, cursor: next })}>
              Next page
            </ButtonLink>
          )}
        </span>
      </nav>
    </>
  );
}

function unnamedWords(unnamed: number): string {
  return unnamed === 0 ? '' : ` ${counted(unnamed, 'entry', 'entries')} with a very long name left out.`;
}
