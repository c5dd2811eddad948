import { zodToOpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import type { ErrorCode } from '../core/errors.js';

/*
 * What the parts of answers are made of. Objects are strict: a field that an answer has and its schema does not is found by
 * the test that holds every route to its description. Answers are not validated when they are sent.
 */

/**
 * Lists a schema under a name of its own in the description, which refers to it where it occurs. In a registry of its own:
 * zod's global one is the application's, too.
 */
export function named<S extends z.ZodType>(name: string, schema: S): S {
  zodToOpenAPIRegistry.add(schema, { _internal: { refId: name } });
  return schema;
}

/** ISO 8601 in UTC. */
export const time = z.iso.datetime();
/** A UTC day. */
export const day = z.iso.date();
export const whole = z.number().int().min(0);
export const anyTenantId = z.string().min(1).meta({ description: 'A tenant id', example: 'acme' });
/** A decimal in text, as money is written. */
export const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);

export function pageOf<S extends z.ZodType>(item: S) {
  return z.strictObject({ items: z.array(item), total: whole, page: whole, pageSize: whole });
}

/** RFC 9457, of these codes, with what is there now, so that it need not be read again. */
export function problemOfCodes(codes: readonly ErrorCode[], current: z.ZodType) {
  return z.strictObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(codes as [ErrorCode, ...ErrorCode[]]),
    detail: z.string(),
    requestId: z.string().optional(),
    current,
  });
}
