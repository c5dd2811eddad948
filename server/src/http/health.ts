import type { RequestHandler, Response } from 'express';
import { assertOptionNames, invalidOption } from '../core/options.js';

/** `bypassed`: switched off on purpose, which is no outage. */
type CheckState = 'up' | 'down' | 'bypassed';

interface Check {
  /** True where the process cannot serve without it: down, it makes the answer 503. False: degraded, 200. */
  required: boolean | (() => boolean);
  /** A rejection, or no answer within `timeoutMs`, counts as down. */
  probe(): CheckState | Promise<CheckState>;
  /** What being down means for requests, for who reads the answer. */
  meaning?: string;
}

export interface ReadyzOptions {
  checks: Readonly<Record<string, Check>>;
  /** True from the start of a graceful close: 503, so that a balancer sends no more requests. */
  closing?: () => boolean;
  /** Milliseconds a probe may take. Default 1,000. */
  timeoutMs?: number;
  /** Milliseconds that an answer of all probes serves, however many ask. Default 1,000. */
  rememberMs?: number;
}

/** Answers 200 as long as the process turns its event loop; it asks nobody else, or an outage would restart everything. */
export function livezHandler(): RequestHandler {
  return (_req, res) => answer(res, 200, { status: 'ok' });
}

/**
 * `ok` and `degraded` are 200: without Redis the process serves from memory and its loaders. 503 while `closing`, and
 * `unavailable` where a required check is down.
 * @throws TenantCacheError `OPTION_INVALID` at construction
 */
export function readyzHandler(options: ReadyzOptions): RequestHandler {
  assertOptionNames('readyzHandler()', options, ['checks', 'closing', 'timeoutMs', 'rememberMs']);
  const { closing = () => false, timeoutMs = 1_000, rememberMs = 1_000 } = options;
  const checks = Object.entries(options.checks ?? {});
  for (const [name, { probe, required }] of checks) {
    if (typeof probe !== 'function' || !['boolean', 'function'].includes(typeof required)) {
      throw invalidOption('readyzHandler()', `checks.${name}`, '{ required: boolean, probe: () => "up" | "down" }');
    }
  }
  const ask = remembered(rememberMs, () => Promise.all(checks.map(async ([, { probe }]) => stateOf(probe, timeoutMs))));

  return async (_req, res) => {
    // A balancer is to know it at once, whatever else is slow.
    if (closing()) return answer(res, 503, { status: 'closing', checks: {} });
    const states = await ask();
    const of = (state: CheckState) => checks.filter((_, index) => states[index] === state);
    const report = Object.fromEntries(checks.map(([name], index) => [name, states[index]]));
    const reasons = Object.fromEntries([
      ...of('down').map(([name, { meaning = 'It does not answer.' }]) => [name, meaning]),
      ...of('bypassed').map(([name]) => [name, 'An administrator switched it off.']),
    ]);
    const members = { checks: report, ...(Object.keys(reasons).length > 0 && { reasons }) };
    if (of('down').some(([, check]) => isRequired(check))) answer(res, 503, { status: 'unavailable', ...members });
    else answer(res, 200, { status: of('down').length > 0 ? 'degraded' : 'ok', ...members });
  };
}

function isRequired({ required }: Check): boolean {
  return typeof required === 'function' ? required() : required;
}

/** The address is open to all: whoever asks often must not make this process ask others as often. */
function remembered<T>(forMs: number, ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  let untilMs = 0;
  return () => {
    if (answer === undefined || performance.now() >= untilMs) {
      untilMs = Number.POSITIVE_INFINITY;
      answer = ask().finally(() => {
        untilMs = performance.now() + forMs;
      });
    }
    return answer;
  };
}

async function stateOf(probe: Check['probe'], timeoutMs: number): Promise<CheckState> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CheckState>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, 'down');
  });
  try {
    const state = await Promise.race([probe(), late]);
    return state === 'up' || state === 'bypassed' ? state : 'down';
  } catch {
    return 'down';
  } finally {
    clearTimeout(timer);
  }
}

function answer(res: Response, status: number, body: object): void {
  res.status(status).set('Cache-Control', 'no-store').json(body);
}
