'use client';

import { Eye } from 'lucide-react';
import { useEffect } from 'react';
import { Button } from '@/components/ui/button';
import { clock } from '@/components/ui/times';
import type { ChangeResult } from '@/data/change';
import { useChange } from '@/features/change/use-change';

/** Whose pages staff sees, for how long, and the way back. */
export interface ViewAs {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly untilMs: number;
  /** By the server's clock: the browser's may be another. */
  readonly leftMs: number;
  /** Answers where to go then. */
  readonly end: () => Promise<ChangeResult<string>>;
}

/** Then the view is over on the server as well. */
const AFTER_MS = 1_000;

/** On top of every page that staff sees as a tenant. Leads back to the tenant's page when the time is over. */
export function ViewBanner({ view: { tenantId, tenantName, untilMs, leftMs, end } }: { view: ViewAs }) {
  // Pages of the tenant that the browser keeps must not stay: a new document forgets them.
  const { pending, refusal, run } = useChange(end, (path) => window.location.assign(path));

  useEffect(() => {
    const timer = setTimeout(() => window.location.assign(`/tenants/${tenantId}`), Math.max(0, leftMs) + AFTER_MS);
    return () => clearTimeout(timer);
  }, [tenantId, leftMs]);

  return (
    <section
      aria-label="View as tenant"
      className="page-x flex min-h-[44px] flex-wrap items-center gap-x-3 gap-y-1 border-b border-border bg-warn-bg py-2 text-13"
    >
      <Eye aria-hidden size={16} strokeWidth={1.75} className="shrink-0 text-warn" />
      <p className="min-w-0 flex-1 basis-60">
        <strong className="font-semibold">You see what {tenantName} sees.</strong> Read only. Ends at{' '}
        <span className="whitespace-nowrap tabular-nums">{clock(untilMs).slice(0, 5)} UTC.</span>
      </p>
      <p role="alert" className="basis-full text-critical empty:hidden">
        {refusal}
      </p>
      <Button size="small" aria-disabled={pending} onClick={() => run()}>
        {pending ? 'Ending…' : 'End view'}
      </Button>
    </section>
  );
}
