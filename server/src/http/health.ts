import type { RequestHandler, Response } from 'express';
import { assertOptionNames, invalidOption } from '../core/options.js';

type CheckState = 'up' | 'down';

interface Check {
  /** True where the process cannot serve without it: down, it makes the answer 503. False: degraded, 200. */
  required: boolean;
  /** A rejection, or no answer within `timeoutMs`, counts as down. */
  probe(): CheckState | Promise<CheckState>;
}

export interface ReadyzOptions {
  checks: Readonly<Record<string, Check>>;
  /** True from the start of a graceful close: 503, so that a balancer sends no more requests. */
  closing?: () => boolean;
  /** Milliseconds a probe may take. Default 1,000. */
  timeoutMs?: number;
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
  assertOptionNames('readyzHandler()', options, ['checks', 'closing', 'timeoutMs']);
  const { closing = () => false, timeoutMs = 1_000 } = options;
  const checks = Object.entries(options.checks ?? {});
  for (const [name, { probe, required }] of checks) {
    if (typeof probe !== 'function' || typeof required !== 'boolean') {
      throw invalidOption('readyzHandler()', `checks.${name}`, '{ required: boolean, probe: () => "up" | "down" }');
    }
  }

  return async (_req, res) => {
    const states = await Promise.all(checks.map(async ([, { probe }]) => stateOf(probe, timeoutMs)));
    const down = checks.filter((_, index) => states[index] === 'down');
    const report = Object.fromEntries(checks.map(([name], index) => [name, states[index]]));
    if (closing()) answer(res, 503, { status: 'closing', checks: report });
    else if (down.some(([, check]) => check.required)) answer(res, 503, { status: 'unavailable', checks: report });
    else answer(res, 200, { status: down.length > 0 ? 'degraded' : 'ok', checks: report });
  };
}

async function stateOf(probe: Check['probe'], timeoutMs: number): Promise<CheckState> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CheckState>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, 'down');
  });
  try {
    return (await Promise.race([probe(), late])) === 'up' ? 'up' : 'down';
  } catch {
    return 'down';
  } finally {
    clearTimeout(timer);
  }
}

function answer(res: Response, status: number, body: object): void {
  res.status(status).set('Cache-Control', 'no-store').json(body);
}
