import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { AccessScope } from '../core/access.js';
import type { Actor } from '../core/directory.js';
import type { ErrorCode } from '../core/errors.js';
import type { TenantId } from '../core/tenant-id.js';

export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';

/** One answer of a route, as the description shows it; a test holds the routes to it. */
export interface Answer {
  readonly description: string;
  /** Left out: an answer without content. */
  readonly body?: z.ZodType;
  /** Default `application/json`. */
  readonly mediaType?: string;
  /** It carries the `ETag` that `If-Match` is compared with. */
  readonly etag?: true;
  /** It carries the `Location` of what was made. */
  readonly location?: true;
}

/** What is known of a route without calling it. Its query and body are validated before `handle` sees them. */
export interface Described {
  readonly method: Method;
  /** As Express reads it, below the mount path. */
  readonly path: string;
  /** Unique, in camelCase: the name that generated clients give it. */
  readonly operationId: string;
  /** The heading it is listed under. */
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** An object of strings as `query parser: simple` gives them. Left out: the route takes no parameters. */
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Of the body as it is sent. Default 16 KiB. */
  readonly maxBodyBytes?: number;
  /** Wants `If-Match` with the `ETag` that was read (428 without). Where its 200 has one too, a 412 shows that body as `current`. */
  readonly ifMatch?: true;
  /** Its answer shows a secret once: what is kept of it for a repeated `Idempotency-Key` leaves these fields out. */
  readonly secretFields?: readonly string[];
  /** By status. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** Besides those that the router answers for every route. */
  readonly problems?: readonly ErrorCode[];
}

export interface ApiCall<Q, B> {
  readonly req: Request;
  readonly res: Response;
  readonly query: Q;
  readonly body: B;
  /** Of `If-Match`, where the route wants it. */
  readonly versions: readonly number[];
}

export interface AdminApiCall<Q = unknown, B = unknown> extends ApiCall<Q, B> {
  readonly actor: Actor;
  /** Whether the caller has one more scope than the route asks for. */
  can(scope: AccessScope): boolean;
  /** Whether the caller is of the staff: not a tenant's own. */
  readonly isStaff: boolean;
}

export interface TenantApiCall<Q = unknown, B = unknown> extends ApiCall<Q, B> {
  readonly tenantId: TenantId;
}

/** A route of the admin API. With `:tenantId` in its path, tenant roles reach it for their own tenant. */
export interface AdminApiRoute extends Described {
  /** `any`: every role may, as it says nothing of any tenant. */
  readonly scope: AccessScope | 'any';
  /** Given what the route's own schemas made. */
  handle(call: AdminApiCall): Promise<unknown>;
}

/** A route of the tenants' own API. */
export interface TenantApiRoute extends Described {
  handle(call: TenantApiCall): Promise<unknown>;
}

type Out<S> = S extends z.ZodType ? z.output<S> : undefined;
type Typed<R, C> = Omit<R, 'query' | 'body' | 'handle'> & C;

/** A route with the types of its own query and body. */
export function adminRoute<Q extends z.ZodType | undefined = undefined, B extends z.ZodType | undefined = undefined>(
  route: Typed<AdminApiRoute, { query?: Q; body?: B; handle(call: AdminApiCall<Out<Q>, Out<B>>): Promise<unknown> }>,
): AdminApiRoute {
  return route as AdminApiRoute;
}

export function tenantRoute<Q extends z.ZodType | undefined = undefined, B extends z.ZodType | undefined = undefined>(
  route: Typed<TenantApiRoute, { query?: Q; body?: B; handle(call: TenantApiCall<Out<Q>, Out<B>>): Promise<unknown> }>,
): TenantApiRoute {
  return route as TenantApiRoute;
}
