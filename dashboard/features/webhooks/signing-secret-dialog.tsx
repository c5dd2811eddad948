'use client';

import { Copy } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Input } from '@/components/ui/field';
import { useCopy } from '@/features/change/use-copy';

interface SigningSecretDialogProps {
  readonly title: string;
  /** Null where the API had answered before, and does not show it again. */
  readonly secret: string | null;
  readonly onClose: () => void;
}

/** Shows a signing secret this once. */
export function SigningSecretDialog({ title, secret, onClose }: SigningSecretDialogProps) {
  const { copied, copy } = useCopy(secret ?? '');
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      lead="Give this secret to the receiver: it verifies with it that a message is from here. It is not shown again."
    >
      <div className="grid gap-3">
        {secret === null ? (
          <p className="text-13">The secret was shown before. Rotate it to get a new one.</p>
        ) : (
          <div className="flex gap-2">
            <Input
              readOnly
              aria-label="Secret"
              value={secret}
              spellCheck={false}
              onFocus={(event) => event.target.select()}
              className="min-w-0 flex-1 font-mono"
            />
            <Button onClick={copy}>
              <Copy aria-hidden size={14} strokeWidth={1.75} />
              Copy
            </Button>
          </div>
        )}
        <p aria-live="polite" className="text-12 text-text-secondary empty:hidden">
          {copied === 'yes' && 'Copied.'}
          {copied === 'refused' && 'The browser does not let this page copy. Select the text instead.'}
        </p>
        <div className="flex justify-end">
          <Button variant="primary" onClick={onClose}>
            I have kept it
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
