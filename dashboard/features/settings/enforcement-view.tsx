'use client';

import { OctagonX } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Note } from '@/components/ui/note';
import { PageHead, PageLead } from '@/components/ui/page-head';
import { moment } from '@/components/ui/times';
import type { Fleet } from '@/data/fleet-schema';
import type { FleetReading } from '@/data/fleet-settings';
import { useLive } from '@/features/live/live';
import { BypassDialog } from './bypass-dialog';
import { enforcementHeading, OTHERS_LABELS, OTHERS_WORDS, share, shareConsequence } from './enforcement-words';
import { ShareDialog } from './share-dialog';
import type { SaveFleet } from './use-fleet-change';

interface EnforcementViewProps {
  readonly path: string;
  readonly first: FleetReading;
  readonly canEdit: boolean;
  readonly save: SaveFleet;
}

/** What holds for all tenants, live, and the two dialogs that change it. */
export function EnforcementView({ path, first, canEdit, save }: EnforcementViewProps) {
  const router = useRouter();
  const { fleet, tenants, actor } = useLive(path, first).reading;
  const [opened, setOpened] = useState<{ dialog: 'share' | 'bypass'; fleet: Fleet }>();
  const close = () => setOpened(undefined);
  const saved = () => {
    close();
    router.refresh();
  };
  const edit = (dialog: 'share' | 'bypass', words: string) =>
    canEdit && <Button onClick={() => setOpened({ dialog, fleet })}>{words}</Button>;
  const { sharedStoreBypassed, enforcedPercentage, enforcementOfOthers } = fleet;
  const by = actor ? ` by ${actor}` : '';
  const changed =
    fleet.version === 1 ? 'Nobody has changed this yet.' : `Last changed ${moment(fleet.changedAt)} UTC${by}.`;

  return (
    <>
      <PageHead title={enforcementHeading(fleet, tenants)}>
        <PageLead>
          What holds for all tenants at once. A change reaches every process within a second. {changed}
        </PageLead>
      </PageHead>
      {sharedStoreBypassed && (
        <Note
          icon={OctagonX}
          tone="critical"
          title="The kill switch is on"
          actions={edit('bypass', 'Use the shared store again')}
        >
          Requests are served from the memory of each process, for at most 2 s, and from the sources. Nothing is stored,
          invalidations are kept until the store is used again, and the hit ratio falls.
        </Note>
      )}
      <dl className="border-t border-border-strong">
        <Setting
          name="Enforced share"
          value={share(enforcedPercentage)}
          text={shareConsequence(enforcedPercentage, enforcementOfOthers, tenants)}
          action={edit('share', 'Change enforcement')}
        />
        <Setting
          name="For the others, at most"
          value={OTHERS_LABELS[enforcementOfOthers]}
          text={
            enforcedPercentage === 100
              ? `There are no others at ${share(100)}. Below that: ${OTHERS_WORDS[enforcementOfOthers].toLowerCase()}`
              : OTHERS_WORDS[enforcementOfOthers]
          }
          action={undefined}
        />
        <Setting
          name="Kill switch of the shared store"
          value={sharedStoreBypassed ? 'On: bypassed' : 'Off: in use'}
          text={
            sharedStoreBypassed
              ? 'No entry is read from or written to Redis.'
              : 'Takes Redis out of the way of requests, for when it does more harm than good. Nothing stored is lost.'
          }
          action={!sharedStoreBypassed && edit('bypass', 'Bypass the shared store')}
        />
      </dl>
      {opened?.dialog === 'share' && (
        <ShareDialog opened={opened.fleet} tenants={tenants} save={save} onClose={close} onSaved={saved} />
      )}
      {opened?.dialog === 'bypass' && (
        <BypassDialog opened={opened.fleet} save={save} onClose={close} onSaved={saved} />
      )}
    </>
  );
}

interface SettingProps {
  readonly name: string;
  readonly value: string;
  readonly text: string;
  readonly action: ReactNode;
}

function Setting({ name, value, text, action }: SettingProps) {
  return (
    <div className="grid gap-x-6 gap-y-1 border-b border-border py-3 text-13 sm:grid-cols-[200px_minmax(0,1fr)_auto] sm:items-start">
      <dt className="font-medium">{name}</dt>
      <dd className="grid gap-0.5">
        <span className="text-14 font-semibold tabular-nums">{value}</span>
        <span className="max-w-[70ch] text-text-secondary">{text}</span>
      </dd>
      {action && <dd className="max-sm:mt-2">{action}</dd>}
    </div>
  );
}
