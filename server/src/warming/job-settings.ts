import { Cron } from 'croner';
import { durationMs } from '../core/duration.js';
import { assertOptionNames, invalidOption } from '../core/options.js';
import type { WarmingJob, WarmSource } from '../core/warming.js';

const WHERE = 'warming.define()';
const NAMES = ['name', 'sources', 'schedule', 'atStart', 'concurrency', 'perSecond', 'maxTargets', 'listTimeout'];
export const JOB_PATTERN = /^[a-z][a-z0-9-]{0,63}$/;
const MAX_CONCURRENCY = 64;
const MAX_PER_SECOND = 10_000;
const MAX_TARGETS = 1_000_000;
const MAX_LIST_TIMEOUT_MS = 86_400_000;

/** A job with every default filled in. */
export interface JobSettings {
  readonly name: string;
  readonly sources: readonly WarmSource[];
  readonly schedule: Cron | undefined;
  readonly atStart: boolean;
  readonly concurrency: number;
  readonly perSecond: number;
  readonly maxTargets: number;
  readonly listTimeoutMs: number;
}

/** @throws TenantCacheError `OPTION_INVALID` */
export function jobSettings(job: WarmingJob): JobSettings {
  assertOptionNames(WHERE, job, NAMES);
  const { name, sources, schedule, atStart = false } = job;
  if (typeof name !== 'string' || !JOB_PATTERN.test(name)) {
    throw invalidOption(
      WHERE,
      `name: ${typeof name === 'string' ? name.slice(0, 80) : typeof name}`,
      String(JOB_PATTERN),
    );
  }
  const where = `${WHERE} ${name}`;
  if (!Array.isArray(sources) || sources.length === 0 || !sources.every(isSource)) {
    throw invalidOption(where, 'sources', 'a list of { name, targets() }, one at least');
  }
  if (typeof atStart !== 'boolean') throw invalidOption(where, `atStart: ${typeof atStart}`, 'true or false');
  return Object.freeze({
    name,
    sources: [...sources],
    schedule: schedule === undefined ? undefined : scheduleOf(where, schedule),
    atStart,
    concurrency: whole(where, 'concurrency', job.concurrency ?? 4, MAX_CONCURRENCY),
    perSecond: whole(where, 'perSecond', job.perSecond ?? 50, MAX_PER_SECOND),
    maxTargets: whole(where, 'maxTargets', job.maxTargets ?? 10_000, MAX_TARGETS),
    listTimeoutMs: Math.min(durationMs(job.listTimeout ?? '1m', 'listTimeout', 1), MAX_LIST_TIMEOUT_MS),
  });
}

function isSource(source: unknown): source is WarmSource {
  const { name, targets } = (source ?? {}) as Partial<WarmSource>;
  return typeof name === 'string' && typeof targets === 'function';
}

/** Without a function of its own: croner only says when, and never sets a timer. */
function scheduleOf(where: string, pattern: unknown): Cron {
  const allowed = "a cron pattern of five or six fields in UTC, such as '0 * * * *'";
  if (typeof pattern !== 'string') throw invalidOption(where, `schedule: ${typeof pattern}`, allowed);
  let cron: Cron | undefined;
  try {
    cron = new Cron(pattern, { timezone: 'UTC', paused: true, mode: '5-or-6-parts' });
  } catch {
    // What croner says of it is said better below.
  }
  // Croner also takes one date.
  if (cron === undefined || cron.getOnce() !== null) {
    throw invalidOption(where, `schedule: ${pattern.slice(0, 80)}`, allowed);
  }
  return cron;
}

function whole(where: string, name: string, value: number, max: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= max) return value;
  throw invalidOption(where, `${name}: ${String(value)}`, `a whole number from 1 to ${max}`);
}
