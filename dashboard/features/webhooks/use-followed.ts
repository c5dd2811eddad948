'use client';

import { useEffect, useState } from 'react';
import type { Delivery } from '@/data/webhook-schema';

const EVERY_MS = 1_000;
/** An attempt has 10 s for its answer, and the queue is looked into every second. */
const PATIENCE_MS = 30_000;

/** What became of a delivery's first attempt, looked for every second: undefined while it is under way. */
export type Followed = { readonly delivery: Delivery | undefined; readonly late: boolean };

export function useFollowed(webhookId: string, deliveryId: string, onSettled: () => void): Followed {
  const [followed, setFollowed] = useState<Followed>({ delivery: undefined, late: false });
  useEffect(() => {
    const startedAtMs = Date.now();
    let gone = false;
    let timer: ReturnType<typeof setTimeout>;
    const look = async () => {
      const delivery = await ask(webhookId, deliveryId);
      if (gone) return;
      const settled =
        delivery !== undefined && (delivery.state !== 'pending' || (delivery.attempts > 0 && !delivery.underWay));
      const late = !settled && Date.now() - startedAtMs > PATIENCE_MS;
      setFollowed({ delivery: settled ? delivery : undefined, late });
      if (settled) onSettled();
      else if (!late) timer = setTimeout(() => void look(), EVERY_MS);
    };
    void look();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [webhookId, deliveryId, onSettled]);
  return followed;
}

async function ask(webhookId: string, deliveryId: string): Promise<Delivery | undefined> {
  try {
    const response = await fetch(`/api/webhooks/${webhookId}/deliveries/${deliveryId}`);
    return response.ok ? ((await response.json()) as Delivery) : undefined;
  } catch {
    return undefined;
  }
}
