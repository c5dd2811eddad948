import {
  OpenAPIRegistry,
  OpenApiGeneratorV31,
  type ResponseConfig,
  type RouteConfig,
} from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { ERRORS, type ErrorCode } from '../core/errors.js';
import { TENANT_ID_PATTERN } from '../core/tenant-id.js';
import { problemOfCodes } from './answer-schemas.js';
import type { Answer, Described } from './api-route.js';
import { type OpenApiDocument, withFigures } from './openapi-document.js';
import { problemSchema, problemsOf, type RouterProblems } from './openapi-problems.js';

/** One router and what holds for all of its routes. */
export interface ApiOutline<R extends Described> {
  readonly title: string;
  readonly description: string;
  readonly routes: readonly R[];
  readonly problems: RouterProblems;
  /** How a caller shows who it is. */
  readonly credentials: string;
  /** What else is said of an operation. */
  extras?(route: R): { readonly note: string; readonly members: Readonly<Record<`x-${string}`, unknown>> };
}

/** The description of a router in OpenAPI 3.1, made of nothing but what its routes are made of. */
export function openApiOf<R extends Described>(outline: ApiOutline<R>): OpenApiDocument {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: outline.credentials,
  });
  for (const [name, description] of Object.entries(HEADERS)) {
    registry.registerComponent('headers', name, { description, schema: { type: 'string' } });
  }
  registerRefusals(registry, outline);
  for (const route of outline.routes) registry.registerPath(operationOf(route, outline));
  const document = new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: { title: outline.title, version: '1', description: outline.description },
    tags: [...new Set(outline.routes.map(({ tag }) => tag))].map((name) => ({ name })),
    security: [{ bearer: [] }],
  });
  return withFigures(document);
}

const HEADERS = {
  Location: 'Where what was made is read',
  ETag: 'The version: what `If-Match` is compared with',
  RateLimit: 'What is left of a limit and when it is whole again, such as `"admin-reads";r=599;t=60`',
  'RateLimit-Policy': 'Limits in force, such as `"admin-reads";q=600;w=60`',
  'Retry-After': 'In seconds',
  'X-Request-Id': 'Of this request, as the logs have it',
};
const headersOf = (...names: (keyof typeof HEADERS)[]) =>
  Object.fromEntries(
    [...names, 'RateLimit', 'RateLimit-Policy', 'X-Request-Id'].map((name) => [
      name,
      { $ref: `#/components/headers/${name}` },
    ]),
  );

function operationOf<R extends Described>(route: R, outline: ApiOutline<R>): RouteConfig {
  const { method, path, operationId, tag, summary, description, query, body } = route;
  const extras = outline.extras?.(route);
  const said = [description, extras?.note].filter((text) => text !== undefined).join('\n\n');
  return {
    method,
    path: path.replaceAll(/:(\w+)/g, '{$1}'),
    operationId,
    tags: [tag],
    summary,
    ...(said && { description: said }),
    ...extras?.members,
    request: {
      params: paramsOf(path),
      ...(query && { query: query as never }),
      headers: headersAsked(route, outline),
      ...(body && { body: { required: true, content: { 'application/json': { schema: body } } } }),
    },
    responses: { ...answersOf(route), ...refusalsOf(route, outline) },
  };
}

const PARAMETERS: Readonly<Record<string, string>> = {
  tenantId: 'A tenant id',
  periodStart: 'When a period began: a time in UTC, or a date for its midnight',
};

function paramsOf(path: string) {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const described = (name: string) => {
    const id = name === 'tenantId' ? z.string().regex(TENANT_ID_PATTERN) : z.string();
    return id.meta({ description: PARAMETERS[name] ?? 'An id' });
  };
  return z.object(Object.fromEntries(names.map((name) => [name, described(name)])));
}

function headersAsked<R extends Described>(route: R, { problems }: ApiOutline<R>) {
  const ifMatch = z.string().meta({ description: 'The `ETag` that was read', example: '"7"' });
  const key = z.string().max(200).optional();
  const description = 'Of your choice: the same request sent again under it is answered alike and done once';
  return z.object({
    ...(route.ifMatch && { 'If-Match': ifMatch }),
    ...(problems.idempotent && route.method !== 'get' && { 'Idempotency-Key': key.meta({ description }) }),
  });
}

function answersOf({ answers }: Described): Record<string, ResponseConfig> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { description, body, mediaType, etag, location }]: [string, Answer]) => [
      status,
      {
        description,
        headers: headersOf(...(etag ? (['ETag'] as const) : []), ...(location ? (['Location'] as const) : [])),
        ...(body && { content: { [mediaType ?? 'application/json']: { schema: body } } }),
      },
    ]),
  );
}

function refusalsOf<R extends Described>(route: R, { problems }: ApiOutline<R>): RouteConfig['responses'] {
  const current = route.answers[200]?.etag && route.answers[200].body;
  return Object.fromEntries(
    [...problemsOf(route, problems)].map(([status, codes]) => {
      if (status !== 412 || !current) return [status, { $ref: `#/components/responses/${nameOf(status, codes)}` }];
      const content = { 'application/problem+json': { schema: problemOfCodes(codes, current) } };
      return [status, { description: refusalOf(codes), headers: headersOf('ETag'), content }];
    }),
  );
}

/** Most routes refuse alike: each way to is listed once, and referred to. */
function registerRefusals<R extends Described>(registry: OpenAPIRegistry, { routes, problems }: ApiOutline<R>): void {
  const known = new Set<string>();
  for (const [status, codes] of routes.flatMap((route) => [...problemsOf(route, problems)])) {
    const name = nameOf(status, codes);
    if (known.has(name)) continue;
    known.add(name);
    registry.registerComponent('responses', name, {
      description: refusalOf(codes),
      headers: headersOf(...(status === 429 ? (['Retry-After'] as const) : [])),
      content: { 'application/problem+json': { schema: problemSchema(status, codes) } },
    });
  }
}

const nameOf = (status: number, codes: readonly ErrorCode[]) => [status, ...codes].join('.');

function refusalOf(codes: readonly ErrorCode[]): string {
  return codes.map((code) => `\`${code}\`: ${ERRORS[code].message}`).join('\n\n');
}
