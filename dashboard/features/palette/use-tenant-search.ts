'use client';

import { useEffect, useState } from 'react';
import type { FoundTenant } from '@/data/tenant-search';

const DEBOUNCE_MS = 150;

interface Found {
  readonly text: string;
  readonly tenants: readonly FoundTenant[] | 'failed';
}

export interface TenantSearch {
  readonly tenants: readonly FoundTenant[];
  readonly state: 'idle' | 'searching' | 'found' | 'failed';
  readonly retry: () => void;
}

/** Tenants that match what is typed; those of the last answer stay while the next one is under way. */
export function useTenantSearch(typed: string, enabled: boolean): TenantSearch {
  const text = typed.trim();
  const [found, setFound] = useState<Found>({ text: '', tenants: [] });
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    if (!enabled || text === '') return;
    const gone = new AbortController();
    const timer = setTimeout(
      async () => {
        try {
          const tenants = await ask(text, gone.signal);
          setFound({ text, tenants });
        } catch {
          if (!gone.signal.aborted) setFound({ text, tenants: 'failed' });
        }
      },
      attempt === 0 ? DEBOUNCE_MS : 0,
    );
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [text, enabled, attempt]);

  const retry = () => {
    setFound({ text: '', tenants: [] });
    setAttempt((last) => last + 1);
  };
  if (!enabled || text === '') return { tenants: [], state: 'idle', retry };
  if (found.tenants === 'failed') return { tenants: [], state: found.text === text ? 'failed' : 'searching', retry };
  return { tenants: found.tenants, state: found.text === text ? 'found' : 'searching', retry };
}

async function ask(text: string, signal: AbortSignal): Promise<FoundTenant[]> {
  const response = await fetch(`/api/tenants/search?q=${encodeURIComponent(text)}`, { signal });
  if (response.status === 401) window.location.reload();
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const { tenants } = (await response.json()) as { tenants: FoundTenant[] };
  return tenants;
}
