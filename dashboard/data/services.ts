import 'server-only';
import { z } from 'zod';
import { database } from './database';
import { environment } from './environment';
import { prometheus } from './prometheus';
import { PrometheusError } from './prometheus-client';
import type { FleetViewer } from './viewer';

export type ServiceState = 'up' | 'down' | 'absent' | 'unknown';

export interface Service {
  readonly key: 'api' | 'redis' | 'postgres' | 'prometheus' | 'flush';
  readonly state: ServiceState;
  /** Round trip of the question just asked. */
  readonly tookMs?: number;
  /** Last scrape, last flush. */
  readonly lastMs?: number;
}

export interface Services {
  readonly services: readonly Service[];
  readonly readAtMs: number;
}

const READYZ = z.object({ checks: z.record(z.string(), z.enum(['up', 'down', 'bypassed'])) });
const DEADLINE_MS = 2000;

/** Asks each service now; none can hold up or fail the others. */
export async function readServices(_viewer: FleetViewer): Promise<Services> {
  const readAtMs = Date.now();
  const [api, postgres, scrape, flush] = await Promise.all([askApi(), askPostgres(), askPrometheus(), lastFlush()]);
  return { services: [...api, postgres, scrape, flush], readAtMs };
}

async function askApi(): Promise<Service[]> {
  const begun = performance.now();
  try {
    const url = new URL('/readyz', environment().API_URL);
    const response = await fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS), cache: 'no-store' });
    const tookMs = performance.now() - begun;
    const { checks } = READYZ.parse(await response.json());
    const redis = Object.entries(checks).find(([name]) => /redis|store|cache/i.test(name))?.[1] ?? 'absent';
    // Switched off on purpose: the fleet's page says so.
    return [
      { key: 'api', state: response.ok ? 'up' : 'down', tookMs },
      { key: 'redis', state: redis === 'bypassed' ? 'absent' : redis },
    ];
  } catch {
    return [
      { key: 'api', state: 'down' },
      { key: 'redis', state: 'unknown' },
    ];
  }
}

async function askPostgres(): Promise<Service> {
  const begun = performance.now();
  try {
    await database().ping();
    return { key: 'postgres', state: 'up', tookMs: performance.now() - begun };
  } catch {
    return { key: 'postgres', state: 'down' };
  }
}

async function askPrometheus(): Promise<Service> {
  try {
    const targets = await prometheus().targets();
    const last = Math.max(...targets.map(({ lastScrape }) => Date.parse(lastScrape)));
    const up = targets.some(({ health }) => health === 'up');
    return { key: 'prometheus', state: up ? 'up' : 'down', ...(Number.isFinite(last) && { lastMs: last }) };
  } catch (error) {
    const absent = error instanceof PrometheusError && error.problem === 'not-configured';
    return { key: 'prometheus', state: absent ? 'absent' : 'down' };
  }
}

async function lastFlush(): Promise<Service> {
  try {
    const [series] = await prometheus().query('max(tenantcache_last_flush_timestamp_seconds) > 0', Date.now());
    const seconds = series?.points[0]?.[1];
    return seconds === undefined
      ? { key: 'flush', state: 'unknown' }
      : { key: 'flush', state: 'up', lastMs: seconds * 1000 };
  } catch {
    return { key: 'flush', state: 'unknown' };
  }
}
