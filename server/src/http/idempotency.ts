import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { fail } from '../core/errors.js';
import type { IdempotencyStore, IdempotentRequest, IdempotentStart } from '../core/idempotency.js';
import { answerOf, catchAnswer, isKept, replay } from './idempotency-answer.js';
import { RequestInvalidError } from './problem.js';

const HEADER = 'Idempotency-Key';
const QUOTED = /^"((?:[^"\\]|\\["\\])*)"$/;
const PRINTABLE = /^[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?$/;

export interface IdempotentCall {
  readonly req: Request;
  readonly res: Response;
  /** Who asks, by all that tells one caller from another; never leaves this process. */
  readonly caller: string;
  readonly secretFields?: readonly string[] | undefined;
}

/**
 * Runs a change once for each `Idempotency-Key` of a caller, over all processes, and gives its answer again: with
 * `Idempotent-Replayed: true`, and null where a secret was. Without the header `run` runs as it is. It is called only
 * once the request is known to be valid, so a refused one may be corrected under the same key.
 * @throws RequestInvalidError for a key that is not 1 to 200 printable characters, or two keys; TenantCacheError
 *   `IDEMPOTENCY_RUNNING`, `IDEMPOTENCY_MISMATCH`, `DIRECTORY_UNAVAILABLE` where it cannot be known
 */
export async function onceByKey(
  store: IdempotencyStore | undefined,
  call: IdempotentCall,
  run: () => Promise<unknown>,
): Promise<void> {
  const { req, res } = call;
  if (store === undefined || req.method === 'GET' || req.method === 'HEAD') return void (await run());
  const key = keyOf(req);
  if (key === undefined) return void (await run());
  const request = requestOf(key, call);
  const started = await store.begin(request);
  if (started.kind === 'begun') await runOnce(store, request, started, call, run);
  else if (started.kind === 'answered') replay(res, started.answer);
  else throw fail(started.kind === 'running' ? 'IDEMPOTENCY_RUNNING' : 'IDEMPOTENCY_MISMATCH');
}

/** The outcome is stored before the answer leaves: who has it, and asks again, is given the same. */
async function runOnce(
  store: IdempotencyStore,
  { id }: IdempotentRequest,
  { token }: Extract<IdempotentStart, { kind: 'begun' }>,
  { res, secretFields = [] }: IdempotentCall,
  run: () => Promise<unknown>,
): Promise<void> {
  catchAnswer(res, async (body) => {
    // Where this fails the key stays locked for its time, and may run again after it.
    if (isKept(res, body)) await store.finish(id, token, answerOf(res, body, secretFields)).catch(() => {});
    else await store.abandon(id, token).catch(() => {});
  });
  await run();
}

/** The draft spells it as a string of RFC 9651, in quotes; most clients send it bare. Both are the same key. */
function keyOf(req: Request): string | undefined {
  const given = req.headersDistinct[HEADER.toLowerCase()];
  const [first] = given ?? [];
  if (given === undefined || first === undefined) return undefined;
  if (given.length > 1) throw new RequestInvalidError([{ field: HEADER, message: 'must be there once' }]);
  const key = first.startsWith('"') ? QUOTED.exec(first)?.[1]?.replace(/\\(.)/g, '$1') : first;
  if (key !== undefined && PRINTABLE.test(key)) return key;
  throw new RequestInvalidError([{ field: HEADER, message: 'must be 1 to 200 printable characters' }]);
}

function requestOf(key: string, { req, caller }: IdempotentCall): IdempotentRequest {
  const asked = [req.method, req.originalUrl, req.get('If-Match') ?? null, req.body ?? null];
  return { id: sha256([caller, key]), fingerprint: sha256(asked) };
}

function sha256(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
