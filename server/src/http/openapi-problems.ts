import { ERRORS, type ErrorCode } from '../core/errors.js';
import type { Described } from './api-route.js';

/** Codes that every route of a router may answer, besides its own. */
export interface RouterProblems {
  readonly always: readonly ErrorCode[];
  /** Of changes, where `Idempotency-Key` is kept. */
  readonly idempotent: boolean;
}

/** What a route may answer instead of its answers, by status. */
export function problemsOf(route: Described, router: RouterProblems): ReadonlyMap<number, readonly ErrorCode[]> {
  const codes = new Set<ErrorCode>(['REQUEST_INVALID', ...router.always, ...(route.problems ?? [])]);
  if (route.path.includes('/:tenantId')) add(codes, 'TENANT_INVALID', 'TENANT_NOT_FOUND');
  if (route.ifMatch) add(codes, 'PRECONDITION_FAILED', 'PRECONDITION_REQUIRED');
  if (route.body) add(codes, 'BODY_TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED');
  if (router.idempotent && route.method !== 'get') add(codes, 'IDEMPOTENCY_RUNNING', 'IDEMPOTENCY_MISMATCH');
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of [...codes].sort()) {
    const { status } = ERRORS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return new Map([...byStatus].sort(([a], [b]) => a - b));
}

function add(codes: Set<ErrorCode>, ...more: readonly ErrorCode[]): void {
  for (const code of more) codes.add(code);
}

/** Refused credentials, an `Origin` that may not, and an address that failed to sign in too often, are named as well. */
const WITH_ERRORS = new Set([400, 401, 403, 429]);

/** RFC 9457, of these codes and nothing besides, as a JSON Schema: made of zod, the many of them would take a second. */
export function problemSchema(status: number, codes: readonly ErrorCode[]) {
  const text = { type: 'string' as const };
  const field = { type: 'object' as const, properties: { field: text, message: text }, required: ['field', 'message'] };
  return {
    type: 'object' as const,
    properties: {
      type: { ...text, description: '`urn:tenantcache:error:` and the code in lower case' },
      title: text,
      status: { type: 'integer' as const, enum: [status] },
      code: { ...text, enum: [...codes] },
      detail: { ...text, description: 'The public sentence of the code' },
      requestId: { ...text, description: 'Of `X-Request-Id`' },
      ...(WITH_ERRORS.has(status) && {
        errors: {
          type: 'array' as const,
          items: { ...field, additionalProperties: false },
          description: 'What is wrong with which field',
        },
      }),
    },
    required: ['type', 'title', 'status', 'code', 'detail'],
    additionalProperties: false,
  };
}
