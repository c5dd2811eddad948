import { ButtonLink, buttonClass } from './button';
import { count } from './figures';

interface PagerProps {
  page: number;
  pageSize: number;
  total: number;
  /** Names of the two directions, such as “Previous” and “Next”. */
  words?: readonly [string, string];
  href: (page: number) => string;
  /** Tells two pagers of one page apart. */
  label?: string;
}

export function Pager(props: PagerProps) {
  const { page, pageSize, total, words = ['Previous', 'Next'], href, label = 'Pages' } = props;
  const pages = Math.max(1, Math.ceil(total / pageSize));
  const first = (page - 1) * pageSize + 1;
  const last = Math.min(page * pageSize, total);
  return (
    <nav
      aria-label={label}
      className="flex flex-wrap items-center justify-between gap-4 pt-3 text-13 text-text-secondary tabular-nums"
    >
      <span>
        {count(first)}–{count(last)} of {count(total)}
      </span>
      {pages > 1 && (
        <span className="flex items-center gap-1">
          <Step word={words[0]} to={page > 1 ? href(page - 1) : undefined} />
          <span className="px-2">
            Page {count(page)} of {count(pages)}
          </span>
          <Step word={words[1]} to={page < pages ? href(page + 1) : undefined} />
        </span>
      )}
    </nav>
  );
}

function Step({ word, to }: { word: string; to: string | undefined }) {
  if (to) {
    return (
      <ButtonLink size="small" href={to}>
        {word}
      </ButtonLink>
    );
  }
  return (
    <span aria-disabled="true" className={buttonClass('plain', 'small')}>
      {word}
    </span>
  );
}
