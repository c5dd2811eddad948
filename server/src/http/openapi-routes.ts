import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Described } from './api-route.js';
import { type ApiOutline, openApiOf } from './openapi.js';
import type { OpenApiDocument } from './openapi-document.js';
import { PAGE_POLICY, pageOfApi } from './openapi-page.js';

const document = z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) });

const JSON_ROUTE = {
  method: 'get',
  path: '/openapi.json',
  operationId: 'getOpenApi',
  tag: 'Description',
  summary: 'This interface in OpenAPI 3.1',
  answers: { 200: { description: 'The document', body: document } },
} as const;

const PAGE_ROUTE = {
  method: 'get',
  path: '/docs',
  operationId: 'getDocs',
  tag: 'Description',
  summary: 'This interface as a page to read',
  description: 'Whole in one answer: it loads nothing and runs nothing.',
  answers: { 200: { description: 'HTML', body: z.string(), mediaType: 'text/html' } },
} as const;

type Call = { readonly req: Request; readonly res: Response };
type Made<R> = (route: Described & { handle(call: Call): Promise<unknown> }) => R;

/** Routes that describe a router, themselves included. @param made gives a route what its router asks of it */
export function descriptionRoutes<R extends Described>(outline: ApiOutline<R>, made: Made<R>): R[] {
  const own = [
    made({
      ...JSON_ROUTE,
      handle: async ({ req, res }) => res.type('json').send(textFor(req)),
    }),
    made({
      ...PAGE_ROUTE,
      async handle({ res }) {
        res.set('Content-Security-Policy', PAGE_POLICY).type('html').send(page());
      },
    }),
  ];
  let document: OpenApiDocument | undefined;
  function described(): OpenApiDocument {
    document ??= openApiOf({ ...outline, routes: [...outline.routes, ...own] });
    return document;
  }
  /** As it was last asked for: a router is mounted at one address, as a rule. */
  let text = { at: '', json: '' };
  function textFor(req: Request): string {
    if (text.json === '' || text.at !== req.baseUrl) {
      text = { at: req.baseUrl, json: JSON.stringify({ ...described(), servers: serversOf(req) }) };
    }
    return text.json;
  }
  let html: string | undefined;
  function page(): string {
    html ??= pageOfApi(described());
    return html;
  }
  return own;
}

/** Where the application mounted the router. */
function serversOf({ baseUrl }: Request) {
  return [{ url: baseUrl === '' ? '/' : baseUrl }];
}
