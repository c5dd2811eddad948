'use client';

import { Ellipsis } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { Button } from '@/components/ui/button';
import type { Person } from '@/data/people';
import type { Deed } from './person-dialog';

interface PersonMenuProps {
  readonly person: Person;
  readonly onDeed: (deed: Deed) => void;
}

const ITEM =
  'flex h-control items-center rounded-1 px-2.5 text-13 outline-none select-none data-highlighted:bg-bg-muted data-[danger=true]:text-critical';

/** What may be done with one account. */
export function PersonMenu({ person: { email, hasPassword, sessions }, onDeed }: PersonMenuProps) {
  const deeds: readonly { readonly deed: Deed; readonly label: string; readonly shown: boolean }[] = [
    { deed: 'role', label: 'Change role', shown: hasPassword },
    { deed: 'renew', label: 'Make a one-time password', shown: hasPassword },
    { deed: 'sessions', label: 'End all sessions', shown: sessions > 0 },
    { deed: 'remove', label: 'Remove the account', shown: true },
  ];
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button variant="quiet" size="small-icon" aria-label={`Change ${email}`}>
          <Ellipsis aria-hidden size={16} strokeWidth={1.75} />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          className="z-20 min-w-[200px] rounded-2 border border-border-strong bg-bg-raised p-1 text-text shadow-raised"
        >
          {deeds
            .filter(({ shown }) => shown)
            .map(({ deed, label }) => (
              <DropdownMenu.Item
                key={deed}
                data-danger={deed === 'remove'}
                className={ITEM}
                onSelect={() => onDeed(deed)}
              >
                {label}
              </DropdownMenu.Item>
            ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
