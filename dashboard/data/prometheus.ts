import 'server-only';
import { environment } from './environment';
import { PrometheusClient } from './prometheus-client';

const FALLBACK_INTERVAL_MS = 15_000;
const REMEMBERED_MS = 60_000;
const DURATION = /^(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/;

let client: PrometheusClient | undefined;
let interval: { readonly ms: number; readonly atMs: number } | undefined;

export function prometheus(): PrometheusClient {
  client ??= new PrometheusClient({ url: environment().PROMETHEUS_URL });
  return client;
}

/** How often the processes are scraped: no step may be finer than two scrapes. 15 s until Prometheus says otherwise. */
export async function scrapeIntervalMs(): Promise<number> {
  if (interval && Date.now() - interval.atMs < REMEMBERED_MS) return interval.ms;
  try {
    const targets = await prometheus().targets();
    const known = targets.map(({ scrapeInterval }) => milliseconds(scrapeInterval)).filter((ms) => ms > 0);
    interval = { ms: known.length > 0 ? Math.max(...known) : FALLBACK_INTERVAL_MS, atMs: Date.now() };
    return interval.ms;
  } catch {
    return FALLBACK_INTERVAL_MS;
  }
}

function milliseconds(duration = ''): number {
  const [, minutes = '0', seconds = '0'] = DURATION.exec(duration) ?? [];
  return (Number(minutes) * 60 + Number(seconds)) * 1000;
}
