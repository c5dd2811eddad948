'use client';

import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import type { NewApiKey } from '@/data/api-key-schema';

/** The key, this once. It is nowhere but in this element, and gone when the dialog closes. */
export function SecretDialog({ made, onClose }: { made: NewApiKey; onClose: () => void }) {
  const [copied, setCopied] = useState<'no' | 'yes' | 'refused'>('no');
  const copy = () =>
    navigator.clipboard.writeText(made.key).then(
      () => setCopied('yes'),
      () => setCopied('refused'),
    );
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Copy the key “${made.name}” now`}
      lead="You will not see it again: only a hash of it is kept. Who has it acts for the tenant."
    >
      <div className="grid gap-4">
        <code
          data-testid="api-key"
          className="rounded-2 border border-border-control bg-bg-subtle px-3 py-2.5 text-13 break-all select-all"
        >
          {made.key}
        </code>
        <p aria-live="polite" className="text-13 text-text-secondary empty:hidden">
          {copied === 'yes' && 'Copied.'}
          {copied === 'refused' && 'The browser did not let it be copied. Select the key and copy it yourself.'}
        </p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button data-autofocus onClick={() => void copy()}>
            {copied === 'yes' ? (
              <Check aria-hidden size={14} strokeWidth={1.75} />
            ) : (
              <Copy aria-hidden size={14} strokeWidth={1.75} />
            )}
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
