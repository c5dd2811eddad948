import { headers } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { signOut } from '@/app/actions';
import { navigationCounts } from '@/data/navigation-counts';
import { currentViewer, HOME, ROLE_NAMES } from '@/data/viewer';
import { countsBeside } from '@/features/navigation/counts';
import { Shell } from '@/features/navigation/shell';

export default async function FleetLayout({ children }: { children: ReactNode }) {
  const viewer = await currentViewer();
  if (!viewer) redirect('/login');
  if (viewer.area !== 'fleet') {
    // The bare address of the site is nobody's page; everything below it is the fleet's, and a 404 for others. Who views
    // as a tenant has left the fleet for a while.
    if (viewer.viewedBy || (await headers()).get('x-path') === '/') redirect(HOME[viewer.area]);
    notFound();
  }
  return (
    <Shell
      account={{
        area: 'fleet',
        email: viewer.email,
        roleName: ROLE_NAMES[viewer.role],
        canEdit: viewer.role === 'admin',
        counts: countsBeside('fleet', await navigationCounts(viewer)),
        signOut,
      }}
    >
      {children}
    </Shell>
  );
}
