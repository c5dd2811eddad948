import { Unplug } from 'lucide-react';
import { Empty } from '@/components/ui/empty';

/** Statements are the API's to make: without it there is none to show, which is not the same as having none. */
export function ApiSilent() {
  return (
    <Empty icon={Unplug} title="The API does not answer, so no statement can be shown">
      Nothing is lost: what was used is still metered, and closed statements never change. Try again in a moment.
    </Empty>
  );
}
