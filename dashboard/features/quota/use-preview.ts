'use client';

import { useEffect, useState } from 'react';
import type { QuotaPreview } from '@/data/quota';
import type { QuotaChange } from '@/data/quota-schema';

const DEBOUNCE_MS = 250;
const RETRY_MS = 3_000;

export type PreviewState<P = QuotaPreview> =
  | { kind: 'waiting'; last: P | undefined }
  | { kind: 'known'; preview: P; last: P }
  | { kind: 'failed'; message: string; last: undefined };

/**
 * Asks what a change would do, a quarter of a second after the last key; an answer to an older question is dropped.
 * Where none came, it asks again. `version` asks again when somebody else changed the quota. Undefined changes are not asked about.
 */
export function usePreview<P = QuotaPreview>(
  url: string,
  change: QuotaChange | undefined,
  version: number,
): PreviewState<P> {
  const [state, setState] = useState<PreviewState<P>>({ kind: 'waiting', last: undefined });
  const question = change && JSON.stringify({ change, version });

  useEffect(() => {
    if (question === undefined) {
      // Entries that cannot be saved do nothing, and the last preview would speak of others.
      setState({ kind: 'waiting', last: undefined });
      return;
    }
    const abort = new AbortController();
    setState(({ last }) => ({ kind: 'waiting', last }));
    let timer = setTimeout(look, DEBOUNCE_MS);
    async function look() {
      const answer = await ask<P>(url, question ?? '', abort.signal);
      if (abort.signal.aborted) return;
      setState(answer);
      if (answer.kind === 'failed') timer = setTimeout(look, RETRY_MS);
    }
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [url, question]);

  return state;
}

async function ask<P>(url: string, question: string, signal: AbortSignal): Promise<PreviewState<P>> {
  const { change } = JSON.parse(question) as { change: QuotaChange };
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(change),
      signal,
    });
    const body: unknown = await response.json();
    if (response.ok) {
      const preview = body as P;
      return { kind: 'known', preview, last: preview };
    }
    const { title } = body as { title?: string };
    return { kind: 'failed', message: title ?? 'The preview is not available.', last: undefined };
  } catch {
    return { kind: 'failed', message: 'The dashboard does not answer.', last: undefined };
  }
}
