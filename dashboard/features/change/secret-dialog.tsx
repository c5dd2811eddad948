'use client';

import { Check, Copy } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { useCopy } from './use-copy';

interface SecretDialogProps {
  readonly title: string;
  /** Until when, and for what, it serves. */
  readonly lead: string;
  readonly secret: string;
  readonly kind: 'key' | 'password';
  readonly testId: string;
  readonly onClose: () => void;
}

/** A secret, this once: it is nowhere but in this element, and gone when the dialog closes. */
export function SecretDialog({ title, lead, secret, kind, testId, onClose }: SecretDialogProps) {
  const { copied, copy } = useCopy(secret);
  const CopyIcon = copied === 'yes' ? Check : Copy;
  return (
    <Dialog open onClose={onClose} title={title} lead={lead}>
      <div className="grid gap-4">
        <code
          data-testid={testId}
          className="rounded-2 border border-border-control bg-bg-subtle px-3 py-2.5 text-13 break-all select-all"
        >
          {secret}
        </code>
        <p aria-live="polite" className="text-13 text-text-secondary empty:hidden">
          {copied === 'yes' && 'Copied.'}
          {copied === 'refused' && `The browser did not let it be copied. Select the ${kind} and copy it yourself.`}
        </p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button data-autofocus onClick={copy}>
            <CopyIcon aria-hidden size={14} strokeWidth={1.75} />
            Copy
          </Button>
          <Button variant="primary" onClick={onClose}>
            I have it
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
