'use client';

import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { day } from '@/components/ui/times';
import type { OneTimePassword } from '@/data/people-changes';

/** The password, this once: it is nowhere but in this element, and gone when the dialog closes. */
export function OneTimePasswordDialog({ made, onClose }: { made: OneTimePassword; onClose: () => void }) {
  const [copied, setCopied] = useState<'no' | 'yes' | 'refused'>('no');
  const copy = () =>
    navigator.clipboard.writeText(made.password).then(
      () => setCopied('yes'),
      () => setCopied('refused'),
    );
  const CopyIcon = copied === 'yes' ? Check : Copy;
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Copy the password of ${made.email} now`}
      lead={`You will not see it again. It can be used until ${day(made.endsAt)}, to choose another one.`}
    >
      <div className="grid gap-4">
        <code
          data-testid="one-time-password"
          className="rounded-2 border border-border-control bg-bg-subtle px-3 py-2.5 text-13 break-all select-all"
        >
          {made.password}
        </code>
        <p aria-live="polite" className="text-13 text-text-secondary empty:hidden">
          {copied === 'yes' && 'Copied.'}
          {copied === 'refused' && 'The browser did not let it be copied. Select the password and copy it yourself.'}
        </p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button data-autofocus onClick={() => void copy()}>
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
