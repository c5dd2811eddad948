import type { ReactNode } from 'react';
import { signOut } from '@/app/actions';
import { ROLE_NAMES, requireTenantViewer } from '@/data/viewer';
import { Shell } from '@/features/navigation/shell';

export default async function TenantLayout({ children }: { children: ReactNode }) {
  const viewer = await requireTenantViewer();
  return (
    <Shell account={{ area: 'tenant', email: viewer.email, roleName: ROLE_NAMES[viewer.role], signOut }}>
      {children}
    </Shell>
  );
}
