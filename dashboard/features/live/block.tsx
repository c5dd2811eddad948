'use client';

import { CircleX } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { Component, type ReactNode, Suspense, startTransition } from 'react';
import { Button } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';

interface BlockProps {
  /** What could not be loaded, such as “The hit ratio”. */
  readonly name: string;
  /** Keeps the final size while loading. */
  readonly skeleton: ReactNode;
  readonly children: ReactNode;
}

/** One block of a page: loads on its own, fails on its own. */
export function Block({ name, skeleton, children }: BlockProps) {
  const router = useRouter();
  return (
    <Boundary name={name} refresh={() => router.refresh()}>
      <Suspense fallback={skeleton}>{children}</Suspense>
    </Boundary>
  );
}

interface BoundaryProps {
  readonly name: string;
  readonly refresh: () => void;
  readonly children: ReactNode;
}

class Boundary extends Component<BoundaryProps, { readonly code: string | undefined }> {
  override state: { readonly code: string | undefined } = { code: undefined };

  static getDerivedStateFromError(error: Error & { digest?: string }) {
    // Next's own signals, such as a redirect or a missing page, are not failures of a block.
    if (error.digest?.startsWith('NEXT_')) throw error;
    return { code: error.digest ?? 'unknown' };
  }

  override render() {
    const { code } = this.state;
    const { name, refresh, children } = this.props;
    if (code === undefined) return children;
    const again = () =>
      startTransition(() => {
        refresh();
        this.setState({ code: undefined });
      });
    return (
      <Empty
        icon={CircleX}
        title={`${name} could not be loaded`}
        actions={
          <Button size="small" onClick={again}>
            Try again
          </Button>
        }
      >
        The rest of the page is complete. Code <code>{code}</code>.
      </Empty>
    );
  }
}
