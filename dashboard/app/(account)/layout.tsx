import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { signOut } from '@/app/actions';
import { navigationCounts } from '@/data/navigation-counts';
import { currentViewer, ROLE_NAMES, requireAccount } from '@/data/viewer';
import { BareFrame } from '@/features/account/bare-frame';
import { countsBeside } from '@/features/navigation/counts';
import { Shell } from '@/features/navigation/shell';

/** Pages of one's own account, beside the pages of either area; without a way to those before a password is chosen. */
export default async function AccountLayout({ children }: { children: ReactNode }) {
  const account = await requireAccount();
  const viewer = await currentViewer();
  if (!viewer) {
    if (!account.passwordEndsAt) redirect('/login');
    return <BareFrame signOut={signOut}>{children}</BareFrame>;
  }
  return (
    <Shell
      account={{
        area: viewer.area,
        email: viewer.email,
        roleName: ROLE_NAMES[viewer.role],
        canEdit: viewer.role === 'admin',
        counts: countsBeside(viewer.area, await navigationCounts(viewer)),
        signOut,
      }}
    >
      {children}
    </Shell>
  );
}
