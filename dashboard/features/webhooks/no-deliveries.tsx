import { MailX, SearchX } from 'lucide-react';
import { ButtonLink } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import type { DeliveriesSearch } from './deliveries-search';

interface NoDeliveriesProps {
  readonly search: DeliveriesSearch;
  readonly total: number;
  /** Where all deliveries are. */
  readonly path: string;
}

/** Nothing was sent, nothing matches, or the page is beyond the last one. */
export function NoDeliveries({ search: { state, page }, total, path }: NoDeliveriesProps) {
  if (state === null && total === 0) {
    return (
      <Empty icon={MailX} title="Nothing was sent in 30 days">
        A message goes out with the next alert. A test message goes out at once.
      </Empty>
    );
  }
  return (
    <Empty
      icon={SearchX}
      title={page > 1 && total > 0 ? 'This page is beyond the last one' : 'No message is in this state'}
      actions={
        <ButtonLink size="small" href={path}>
          Show all messages
        </ButtonLink>
      }
    />
  );
}
