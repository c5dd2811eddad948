'use client';

import { type ReactNode, useState } from 'react';
import { toast } from 'sonner';
import type { ChangeResult } from '@/data/change';
import type { ShownSecret } from '@/data/webhook-changes';
import type { Webhook } from '@/data/webhook-schema';
import { ConfirmDialog } from '@/features/change/confirm-dialog';
import { useChange } from '@/features/change/use-change';
import type { WebhookDeeds } from './webhook-deeds';
import { WebhookFields } from './webhook-fields';

interface DeedDialogProps<T> {
  readonly title: string;
  readonly lead: ReactNode;
  readonly action: string;
  readonly danger?: boolean;
  readonly deed: (reason: string) => Promise<ChangeResult<T>>;
  readonly onDone: (value: T) => void;
  readonly onClose: () => void;
}

/** Asks for a reason, does it, and stays open with what was entered where it is refused. */
function DeedDialog<T>({ title, lead, action, danger = false, deed, onDone, onClose }: DeedDialogProps<T>) {
  const change = useChange(deed, onDone, ['reason']);
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={title}
      lead={lead}
      action={action}
      danger={danger}
      reason={{ hint: 'The audit log keeps it.' }}
      pending={change.pending}
      refusal={change.refusal}
      errors={change.errors}
      onConfirm={change.run}
    />
  );
}

interface OneDialogProps {
  readonly webhook: Webhook;
  readonly deeds: WebhookDeeds;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function RotateDialog({
  webhook,
  deeds,
  onClose,
  onSecret,
}: Omit<OneDialogProps, 'onDone'> & { readonly onSecret: (secret: ShownSecret) => void }) {
  return (
    <DeedDialog
      title="Rotate the secret"
      lead="The next attempt is signed with the new secret. Until the receiver has it, it cannot verify what comes."
      action="Rotate secret"
      danger
      deed={(reason) => deeds.rotate(webhook.id, reason)}
      onDone={onSecret}
      onClose={onClose}
    />
  );
}

export function SwitchDialog({ webhook, deeds, onClose, onDone }: OneDialogProps) {
  const { active } = webhook;
  const done = active ? 'Webhook switched off' : 'Webhook switched on';
  return (
    <DeedDialog
      title={active ? 'Switch the webhook off' : 'Switch the webhook on'}
      lead={
        active
          ? 'It is told nothing until it is switched on again. Alerts of that time are not sent later.'
          : 'It is told of alerts from now on; its count of failures begins again.'
      }
      action={active ? 'Switch off' : 'Switch on'}
      deed={(reason) => deeds.change(webhook.id, webhook.version, { active: !active }, reason)}
      onDone={() => {
        toast.success(done);
        onDone();
      }}
      onClose={onClose}
    />
  );
}

export function DeleteDialog({ webhook, deeds, onClose, onDone }: OneDialogProps) {
  return (
    <DeedDialog
      title={`Delete the webhook to ${new URL(webhook.origin).host}`}
      lead="Its secret and the log of its deliveries go with it. This cannot be undone."
      action="Delete webhook"
      danger
      deed={(reason) => deeds.remove(webhook.id, reason)}
      onDone={() => {
        toast.success('Webhook deleted');
        onDone();
      }}
      onClose={onClose}
    />
  );
}

export function EditDialog({ webhook, url, deeds, onClose, onDone }: OneDialogProps & { readonly url: string }) {
  const change = useChange(deeds.change, () => {
    toast.success('Webhook changed');
    onDone();
  }, ['url', 'events', 'reason']);
  const [entries, setEntries] = useState({ url, events: webhook.events });
  const [own, setOwn] = useState<Readonly<Record<string, string>>>({});
  const errors = { ...change.errors, ...own };
  const check = () => {
    const wrong = {
      ...(entries.url.trim() === '' && { url: 'is needed' }),
      ...(entries.events.length === 0 && { events: 'Choose at least one.' }),
    };
    setOwn(wrong);
    return Object.keys(wrong).length === 0;
  };
  const confirm = (reason: string) =>
    change.run(webhook.id, webhook.version, { url: entries.url, events: [...entries.events] }, reason);
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title="Change the webhook"
      lead="What waits is sent to the new URL. The secret stays."
      action="Save"
      reason={{ hint: 'The audit log keeps it.' }}
      pending={change.pending}
      refusal={change.refusal}
      errors={errors}
      onEdit={change.forget}
      check={check}
      onConfirm={confirm}
    >
      <WebhookFields entries={entries} onChange={setEntries} errors={errors} disabled={change.pending} />
    </ConfirmDialog>
  );
}
