import type { Request } from 'express';
import { fail } from '../core/errors.js';
import { assertOptionNames, invalidOption } from '../core/options.js';

type Answer = string | undefined | Promise<string | undefined>;

/** Names the tenant of a request, or undefined where it carries none. Throws a `TenantCacheError` to refuse it. */
export interface TenantResolver {
  (req: Request): Answer;
  /** Whether it saw something that names a tenant, and does not believe its sender. */
  ignored?(req: Request): boolean;
}

export interface FirstOfOptions {
  /**
   * Default true: all are asked, and where two name different tenants the request is refused. False: those after the
   * first that names a tenant are not asked.
   */
  agree?: boolean;
}

const WHERE = 'firstOf()';

/**
 * A chain of resolvers: the first that names a tenant wins. A credential that is there and not valid is an error, and
 * never passed over for the next one. An array as the option `tenant` of the middleware is such a chain.
 * The returned function throws or rejects with what a resolver does, or `TENANT_MISMATCH`.
 * @throws TenantCacheError `OPTION_INVALID` at construction
 */
export function firstOf(resolvers: readonly TenantResolver[], options: FirstOfOptions = {}): TenantResolver {
  assertOptionNames(WHERE, options, ['agree']);
  const { agree = true } = options;
  if (typeof agree !== 'boolean') throw invalidOption(WHERE, `agree: ${typeof agree}`, 'true, false');
  if (!Array.isArray(resolvers) || resolvers.length === 0 || resolvers.some((each) => typeof each !== 'function')) {
    throw invalidOption(WHERE, 'resolvers', 'a list of fromJwt(…), fromApiKey(…), … or functions of your own');
  }
  const chain = [...resolvers] as readonly TenantResolver[];

  const join = (named: string | undefined, next: string | undefined | null): string | undefined => {
    // What is no string is refused by the middleware, not taken for absent.
    if (next === undefined || next === null) return named;
    if (named !== undefined && named !== next) throw fail('TENANT_MISMATCH', { given: 'two credentials that differ' });
    return next;
  };
  const ask = (req: Request, from: number, before: string | undefined): Answer => {
    let named = before;
    for (let index = from; index < chain.length; index++) {
      if (named !== undefined && !agree) break;
      const answer = (chain[index] as TenantResolver)(req);
      if (isPromise(answer)) return answer.then((next) => ask(req, index + 1, join(named, next)));
      named = join(named, answer);
    }
    return named;
  };
  return Object.assign((req: Request): Answer => ask(req, 0, undefined), {
    ignored: (req: Request) => chain.some((resolver) => resolver.ignored?.(req)),
  });
}

export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
