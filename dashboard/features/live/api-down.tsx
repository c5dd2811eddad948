'use client';

import { Unplug } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type ReactNode, useTransition } from 'react';
import { Button } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';

/** Takes the place of what only the API knows, while it does not answer. */
export function ApiDown({ why, children }: { why: string; children: ReactNode }) {
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  return (
    <Empty
      icon={Unplug}
      title={why}
      actions={
        <Button size="small" aria-disabled={pending} onClick={() => startTransition(() => router.refresh())}>
          {pending ? 'Asking…' : 'Try again'}
        </Button>
      }
    >
      {children}
    </Empty>
  );
}
