import { FileQuestionMark } from 'lucide-react';
import type { Metadata } from 'next';
import { ButtonLink } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { currentViewer, HOME } from '@/data/viewer';

export const metadata: Metadata = { title: 'No such page' };

export default async function NotFound() {
  const viewer = await currentViewer();
  const home = viewer ? HOME[viewer.area] : '/login';
  const label = viewer ? (viewer.area === 'fleet' ? 'Go to the overview' : 'Go to my usage') : 'Sign in';
  return (
    <main id="main" className="mx-auto grid min-h-screen max-w-[640px] content-center gap-3 px-gutter">
      <h1>There is no such page</h1>
      <Empty
        icon={FileQuestionMark}
        title="Nothing is at this address"
        actions={
          <ButtonLink size="small" href={home}>
            {label}
          </ButtonLink>
        }
      >
        The address may be mistyped, the tenant may have gone, or this account may not see it.
      </Empty>
    </main>
  );
}
