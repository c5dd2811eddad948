'use client';

import { CircleX } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { startTransition } from 'react';
import { Button } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';

interface PageErrorProps {
  error: Error & { digest?: string };
  reset: () => void;
}

export default function PageError({ error, reset }: PageErrorProps) {
  const router = useRouter();
  // The boundary alone would show again what the server answered before.
  const again = () =>
    startTransition(() => {
      router.refresh();
      reset();
    });
  return (
    <main id="main" className="mx-auto grid min-h-[80vh] max-w-[640px] content-center gap-3 px-gutter">
      <h1>This page could not be loaded</h1>
      <Empty
        icon={CircleX}
        title="Something it needs did not answer"
        actions={
          <Button size="small" onClick={again}>
            Try again
          </Button>
        }
      >
        Nothing was changed. The cache itself does not depend on this page.
        {error.digest && (
          <>
            {' '}
            The server’s log has the cause under <code>{error.digest}</code>.
          </>
        )}
      </Empty>
    </main>
  );
}
