'use client';

import { Plus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { describedBy, Field, Input } from '@/components/ui/field';
import { Segmented } from '@/components/ui/segmented';
import type { ShownSecret } from '@/data/webhook-changes';
import { WEBHOOK_EVENTS } from '@/data/webhook-schema';
import { ConfirmDialog } from '@/features/change/confirm-dialog';
import { useChange } from '@/features/change/use-change';
import { SigningSecretDialog } from './signing-secret-dialog';
import type { CreateWebhook } from './webhook-deeds';
import { type WebhookEntries, WebhookFields } from './webhook-fields';

/** Button and dialog that add a webhook, then show its secret. */
export function NewWebhook({ create, tenant }: { create: CreateWebhook; tenant: string }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<ShownSecret>();
  return (
    <>
      <Button variant="primary" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Plus aria-hidden size={14} strokeWidth={1.75} />
        Add webhook
      </Button>
      {open && (
        <NewWebhookDialog
          create={create}
          tenant={tenant}
          onClose={() => setOpen(false)}
          onMade={(webhook) => {
            setOpen(false);
            setMade(webhook);
          }}
        />
      )}
      {made && (
        <SigningSecretDialog
          title="The webhook is added"
          secret={made.secret}
          onClose={() => {
            setMade(undefined);
            router.push(`/settings/webhooks/${made.id}`);
          }}
        />
      )}
    </>
  );
}

interface NewWebhookDialogProps {
  readonly create: CreateWebhook;
  /** What the list is filtered by: most likely the tenant that it is for. */
  readonly tenant: string;
  readonly onClose: () => void;
  readonly onMade: (webhook: ShownSecret) => void;
}

const FOR = [
  { value: 'fleet', label: 'All tenants' },
  { value: 'tenant', label: 'One tenant' },
] as const;

function NewWebhookDialog({ create, tenant, onClose, onMade }: NewWebhookDialogProps) {
  const change = useChange(create, onMade, ['url', 'events', 'tenantId', 'reason']);
  const [entries, setEntries] = useState<WebhookEntries>({ url: '', events: WEBHOOK_EVENTS });
  const [whose, setWhose] = useState<'fleet' | 'tenant'>(tenant === '' ? 'fleet' : 'tenant');
  const [tenantId, setTenantId] = useState(tenant);
  const [own, setOwn] = useState<Readonly<Record<string, string>>>({});
  const errors = { ...change.errors, ...own };
  const check = () => {
    const wrong = {
      ...(entries.url.trim() === '' && { url: 'is needed' }),
      ...(entries.events.length === 0 && { events: 'Choose at least one.' }),
      ...(whose === 'tenant' && tenantId.trim() === '' && { tenantId: 'Enter the id of a tenant.' }),
    };
    setOwn(wrong);
    return Object.keys(wrong).length === 0;
  };
  const confirm = (reason: string) =>
    change.run(
      { ...entries, events: [...entries.events], tenantId: whose === 'fleet' ? null : tenantId.trim() },
      reason,
    );
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title="Add a webhook"
      lead="Alerts are sent to it as signed JSON, tried again for 24 hours."
      action="Add webhook"
      reason={{ hint: 'The audit log keeps it.' }}
      pending={change.pending}
      refusal={change.refusal}
      errors={errors}
      onEdit={change.forget}
      check={check}
      onConfirm={confirm}
    >
      <WebhookFields entries={entries} onChange={setEntries} errors={errors} disabled={change.pending} />
      <div className="grid justify-items-start gap-1.5">
        <span id="webhook-whose" className="text-13 font-medium">
          Hears of
        </span>
        <Segmented labelledBy="webhook-whose" segments={FOR} value={whose} onChange={setWhose} />
      </div>
      {whose === 'tenant' && (
        <Field id="webhook-tenant" label="Tenant id" error={errors.tenantId}>
          <Input
            id="webhook-tenant"
            maxLength={64}
            spellCheck={false}
            autoComplete="off"
            value={tenantId}
            disabled={change.pending}
            aria-invalid={Boolean(errors.tenantId)}
            aria-describedby={describedBy('webhook-tenant', undefined, errors.tenantId)}
            onChange={(event) => setTenantId(event.target.value)}
            className="font-mono"
          />
        </Field>
      )}
    </ConfirmDialog>
  );
}
