'use client';

import { CircleHelp, Search } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { useCommandKey } from '@/components/ui/keys';
import { useCommands } from './commands';

interface OpenerProps {
  /** Before the dialog opens: what it would lie above closes itself. */
  readonly onOpen?: () => void;
}

/** Opens the palette from the navigation. */
export function JumpButton({ area, onOpen }: OpenerProps & { readonly area: 'fleet' | 'tenant' }) {
  const { show } = useCommands();
  const command = useCommandKey();
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      onClick={() => {
        onOpen?.();
        show('palette');
      }}
      className="flex h-10 w-full shrink-0 items-center gap-2 rounded-2 border border-border-strong bg-bg px-2 text-left text-13 text-text-muted hover:border-border-control hover:text-text-secondary lg:h-8"
    >
      <Search aria-hidden size={14} strokeWidth={1.75} />
      {area === 'fleet' ? 'Jump to tenant' : 'Jump to page'}
      <kbd aria-hidden className="ml-auto font-sans text-11">
        {command === '⌘' ? '⌘K' : 'Ctrl K'}
      </kbd>
    </button>
  );
}

/** Opens the palette from the bar of small screens, where the navigation is folded away. */
export function JumpIcon() {
  const { show } = useCommands();
  return (
    <Button
      variant="quiet"
      size="icon"
      className="ml-auto sm:order-last sm:ml-0 lg:hidden"
      aria-label="Jump to"
      aria-haspopup="dialog"
      onClick={() => show('palette')}
    >
      <Search aria-hidden size={16} strokeWidth={1.75} />
    </Button>
  );
}

/** Opens the list of keys. */
export function HelpButton({ onOpen }: OpenerProps) {
  const { show } = useCommands();
  return (
    <Button
      variant="quiet"
      size="small-icon"
      aria-label="Keys"
      aria-haspopup="dialog"
      title="Keys (?)"
      onClick={() => {
        onOpen?.();
        show('help');
      }}
    >
      <CircleHelp aria-hidden size={14} strokeWidth={1.75} />
    </Button>
  );
}
