'use client';

import { KeyRound } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import { toast } from 'sonner';
import { Button } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { ExportLink } from '@/components/ui/export-link';
import { PageHead, PageLead } from '@/components/ui/page-head';
import type { ApiKey, NewApiKey } from '@/data/api-key-schema';
import { SecretDialog } from '@/features/change/secret-dialog';
import { CreateKeyDialog } from './create-key-dialog';
import type { KeyActions } from './key-actions';
import { KeysTable } from './keys-table';
import { RevokeKeyDialog } from './revoke-key-dialog';
import { RotateKeyDialog } from './rotate-key-dialog';

interface KeysViewProps {
  readonly heading: string;
  /** Below the heading: what else there is to know. */
  readonly lead: ReactNode;
  readonly keys: readonly ApiKey[];
  readonly total: number;
  readonly nowMs: number;
  /** Undefined for who may only read. */
  readonly actions: KeyActions | undefined;
  readonly pager: ReactNode;
  /** Of all keys as CSV. */
  readonly csvHref: string;
}

type Open =
  | { readonly dialog: 'create' }
  | { readonly dialog: 'rotate' | 'revoke'; readonly key: ApiKey }
  | { readonly dialog: 'made'; readonly made: NewApiKey };

/** Keys of one tenant, and the dialogs that make, rotate and revoke them. */
export function KeysView({ heading, lead, keys, total, nowMs, actions, pager, csvHref }: KeysViewProps) {
  const router = useRouter();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const made = (key: NewApiKey) => setOpen({ dialog: 'made', made: key });
  // Not before: a list that cannot be read anew would take the key along, which nobody can show again.
  const seen = () => {
    close();
    router.refresh();
  };
  const create = actions && (
    <Button variant="primary" onClick={() => setOpen({ dialog: 'create' })}>
      Create key
    </Button>
  );
  return (
    <>
      <PageHead
        title={heading}
        actions={
          <>
            {total > 0 && <ExportLink href={csvHref} />}
            {create}
          </>
        }
      >
        <PageLead>{lead}</PageLead>
      </PageHead>
      <section aria-label="API keys">
        {keys.length === 0 ? (
          <Empty icon={KeyRound} title={total === 0 ? 'No key was made yet' : 'There is nothing on this page'}>
            A program sends a key as <code>X-API-Key</code> and acts for the tenant. Each is shown once, when it is
            made.
          </Empty>
        ) : (
          <>
            <KeysTable
              keys={keys}
              nowMs={nowMs}
              actions={
                actions &&
                ((key) => (
                  <>
                    <Button
                      size="small"
                      aria-label={`Rotate ${key.name}`}
                      onClick={() => setOpen({ dialog: 'rotate', key })}
                    >
                      Rotate
                    </Button>
                    <Button
                      size="small"
                      aria-label={`Revoke ${key.name}`}
                      onClick={() => setOpen({ dialog: 'revoke', key })}
                    >
                      Revoke
                    </Button>
                  </>
                ))
              }
            />
            {pager}
          </>
        )}
      </section>
      {actions && open?.dialog === 'create' && (
        <CreateKeyDialog create={actions.create} onClose={close} onMade={made} />
      )}
      {actions && open?.dialog === 'rotate' && (
        <RotateKeyDialog apiKey={open.key} rotate={actions.rotate} onClose={close} onMade={made} />
      )}
      {actions && open?.dialog === 'revoke' && (
        <RevokeKeyDialog
          apiKey={open.key}
          revoke={actions.revoke}
          onClose={close}
          onRevoked={({ name }) => {
            close();
            toast.success(`Key “${name}” revoked`, { description: 'No process takes it within a second.' });
            router.refresh();
          }}
        />
      )}
      {open?.dialog === 'made' && (
        <SecretDialog
          title={`Copy the key “${open.made.name}” now`}
          lead="You will not see it again: only a hash of it is kept. Who has it acts for the tenant."
          secret={open.made.key}
          kind="key"
          testId="api-key"
          onClose={seen}
        />
      )}
    </>
  );
}
