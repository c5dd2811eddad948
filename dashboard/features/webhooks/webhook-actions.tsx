'use client';

import { KeyRound, Pencil, Power, Send, Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import type { ShownSecret } from '@/data/webhook-changes';
import type { Webhook } from '@/data/webhook-schema';
import { SigningSecretDialog } from './signing-secret-dialog';
import type { WebhookDeeds } from './webhook-deeds';
import { DeleteDialog, EditDialog, RotateDialog, SwitchDialog } from './webhook-dialogs';

type Asked = 'edit' | 'rotate' | 'switch' | 'delete';

interface WebhookActionsProps {
  readonly webhook: Webhook;
  readonly url: string;
  readonly deeds: WebhookDeeds;
  readonly testing: boolean;
  readonly onTest: () => void;
}

/** What an admin can do to a webhook. */
export function WebhookActions({ webhook, url, deeds, testing, onTest }: WebhookActionsProps) {
  const router = useRouter();
  const [asked, setAsked] = useState<Asked>();
  const [shown, setShown] = useState<ShownSecret>();
  const close = () => setAsked(undefined);
  const refreshed = () => {
    close();
    router.refresh();
  };
  const dialog = { webhook, deeds, onClose: close, onDone: refreshed };
  const ask = (what: Asked) => ({ 'aria-haspopup': 'dialog' as const, onClick: () => setAsked(what) });
  return (
    <>
      <Button variant="primary" aria-disabled={testing} onClick={onTest}>
        <Send aria-hidden size={14} strokeWidth={1.75} />
        Send test
      </Button>
      <Button {...ask('edit')}>
        <Pencil aria-hidden size={14} strokeWidth={1.75} />
        Change
      </Button>
      <Button {...ask('switch')}>
        <Power aria-hidden size={14} strokeWidth={1.75} />
        {webhook.active ? 'Switch off' : 'Switch on'}
      </Button>
      <Button {...ask('rotate')}>
        <KeyRound aria-hidden size={14} strokeWidth={1.75} />
        Rotate secret
      </Button>
      <Button {...ask('delete')}>
        <Trash2 aria-hidden size={14} strokeWidth={1.75} />
        Delete
      </Button>
      {asked === 'edit' && <EditDialog {...dialog} url={url} />}
      {asked === 'switch' && <SwitchDialog {...dialog} />}
      {asked === 'rotate' && (
        <RotateDialog
          {...dialog}
          onSecret={(secret) => {
            refreshed();
            setShown(secret);
          }}
        />
      )}
      {asked === 'delete' && <DeleteDialog {...dialog} onDone={() => router.push('/settings/webhooks')} />}
      {shown && (
        <SigningSecretDialog title="The secret is rotated" secret={shown.secret} onClose={() => setShown(undefined)} />
      )}
    </>
  );
}
