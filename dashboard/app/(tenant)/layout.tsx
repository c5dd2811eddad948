import type { ReactNode } from 'react';
import { signOut } from '@/app/actions';
import { endViewAs } from '@/app/view-as-actions';
import { navigationCounts } from '@/data/navigation-counts';
import { ROLE_NAMES, requireTenantViewer } from '@/data/viewer';
import { countsBeside } from '@/features/navigation/counts';
import { Shell } from '@/features/navigation/shell';

export default async function TenantLayout({ children }: { children: ReactNode }) {
  const viewer = await requireTenantViewer();
  return (
    <Shell
      account={{
        area: 'tenant',
        email: viewer.email,
        roleName: ROLE_NAMES[viewer.role],
        counts: countsBeside('tenant', await navigationCounts(viewer)),
        signOut,
        viewAs: viewer.viewedBy && {
          ...viewer.viewedBy,
          leftMs: viewer.viewedBy.untilMs - Date.now(),
          tenantId: viewer.tenantId,
          end: endViewAs,
        },
      }}
    >
      {children}
    </Shell>
  );
}
