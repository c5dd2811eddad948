import type { Metadata } from 'next';
import { readFleetSettings } from '@/data/fleet-settings';
import { requireFleetViewer } from '@/data/viewer';
import { LiveProvider } from '@/features/live/live';
import { LiveSwitch } from '@/features/live/live-switch';
import { PageFrame } from '@/features/navigation/page-frame';
import { EnforcementView } from '@/features/settings/enforcement-view';
import { reached } from '@/features/settings/reached';
import { SettingsNav } from '@/features/settings/settings-nav';
import { SettingsTrouble } from '@/features/settings/settings-trouble';
import { Thresholds } from '@/features/settings/thresholds';
import { changeFleet } from './actions';

export const metadata: Metadata = { title: 'Enforcement' };

export default async function EnforcementPage() {
  const viewer = await requireFleetViewer();
  const read = await reached(readFleetSettings(viewer));
  return (
    <LiveProvider fixed={false}>
      <PageFrame
        crumbs={[{ label: 'Settings', href: '/settings' }, { label: 'Enforcement' }]}
        tools={read.kind === 'read' && <LiveSwitch fixed={false} />}
      >
        <SettingsNav />
        {read.kind === 'unreachable' ? (
          <SettingsTrouble title="Enforcement" why={read.why} />
        ) : (
          <EnforcementView
            path="/api/settings/fleet"
            first={read.data}
            canEdit={viewer.role === 'admin'}
            save={changeFleet}
          />
        )}
        <Thresholds />
      </PageFrame>
    </LiveProvider>
  );
}
