import type { ReactNode } from 'react';
import { requireFleetViewer } from '@/data/viewer';
import { SettingsViewer } from '@/features/settings/settings-nav';

export default async function SettingsLayout({ children }: { children: ReactNode }) {
  const { role } = await requireFleetViewer();
  return <SettingsViewer admin={role === 'admin'}>{children}</SettingsViewer>;
}
