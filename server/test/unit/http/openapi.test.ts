import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { ACCESS_SCOPES } from '../../../src/core/access.js';
import { ERRORS } from '../../../src/core/errors.js';
import { TENANT_ID_PATTERN } from '../../../src/core/tenant-id.js';
import { AdminApp, bearer } from './admin-app.js';
import { ADMIN_ROWS } from './admin-rows.js';
import { DescribedApi, type Document, type OperationObject } from './described-api.js';
import { OwnApp } from './own-app.js';

const documents: Record<string, Document> = {};
beforeAll(async () => {
  const admin = await request(new AdminApp().app).get('/admin/openapi.json').set(bearer('viewer')).expect(200);
  const own = await request(new OwnApp().app).get('/cache/openapi.json').set('x-tenant', 'acme').expect(200);
  Object.assign(documents, { admin: admin.body, own: own.body });
});
const read = (name: string): Document => documents[name] as Document;
const operationsOf = (document: Document): [path: string, method: string, OperationObject][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, string, OperationObject] => [path, method, operation]),
  );

/** By the rules of OpenAPI 3.1.0 that concern what is used here. */
describe.each(['admin', 'own'])('the document of the %s API', (name) => {
  it('is one of OpenAPI 3.1 whose references all lead somewhere', () => {
    const document = read(name);
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: expect.any(String), version: '1' } });
    expect(() => new DescribedApi(document).resolve(document)).not.toThrow();
    for (const kind of Object.keys(document.components)) {
      expect(['schemas', 'responses', 'parameters', 'headers', 'securitySchemes']).toContain(kind);
      for (const part of Object.keys(document.components[kind] ?? {})) expect(part).toMatch(/^[A-Za-z0-9._-]+$/);
    }
  });

  it('has operations with ids of their own, tags that are listed, and every parameter of their path', () => {
    const document = read(name);
    const ids = operationsOf(document).map(([, , { operationId }]) => operationId);
    expect(ids).toEqual([...new Set(ids)]);
    const tags = (document as unknown as { tags: { name: string }[] }).tags.map((tag) => tag.name);
    for (const [path, method, operation] of operationsOf(document)) {
      expect(path).toMatch(/^\/[\w.{}/-]+$/);
      expect(['get', 'post', 'patch', 'put', 'delete']).toContain(method);
      expect(operation.operationId).toMatch(/^[a-z][A-Za-z]+$/);
      expect(operation.summary.length).toBeGreaterThan(5);
      for (const tag of operation.tags) expect(tags).toContain(tag);
      const declared = (operation.parameters ?? []).filter(({ in: where }) => where === 'path');
      expect(declared.map((one) => one.name).sort()).toEqual(
        [...path.matchAll(/\{(\w+)\}/g)].map(([, one]) => one).sort(),
      );
      for (const one of declared) expect(one.required).toBe(true);
      const pairs = (operation.parameters ?? []).map((one) => `${one.in} ${one.name}`);
      expect(pairs).toEqual([...new Set(pairs)]);
    }
  });

  it('says of each operation what is answered: 2xx once or more, problems for the rest', () => {
    const document = read(name);
    const api = new DescribedApi(document);
    for (const [, , { responses }] of operationsOf(document)) {
      const statuses = Object.keys(responses);
      expect(statuses.some((status) => status.startsWith('2'))).toBe(true);
      for (const status of statuses) {
        const response = api.resolve(responses[status]) as { description: string; content?: object };
        expect(response.description.length).toBeGreaterThan(1);
        if (Number(status) >= 400) expect(Object.keys(response.content ?? {})).toEqual(['application/problem+json']);
      }
    }
  });

  it('lists codes under the status that they have', () => {
    const api = new DescribedApi(read(name));
    for (const [, , { responses }] of operationsOf(read(name))) {
      for (const status of Object.keys(responses).filter((one) => Number(one) >= 400)) {
        const text = JSON.stringify(api.resolve(responses[status]));
        for (const [, code = ''] of text.matchAll(/`([A-Z_]+)`:/g)) {
          expect(ERRORS[code as keyof typeof ERRORS].status).toBe(Number(status));
        }
      }
    }
  });

  it('is strict: every object that it describes says which fields it has', () => {
    const open: string[] = [];
    const look = (node: unknown, at: string): void => {
      if (typeof node !== 'object' || node === null) return;
      const { type, properties, additionalProperties } = node as Record<string, unknown>;
      if (type === 'object' && properties && additionalProperties !== false) open.push(at);
      for (const [key, value] of Object.entries(node)) look(value, `${at}/${key}`);
    };
    look(read(name).components.schemas, '');
    for (const [path, method, operation] of operationsOf(read(name))) {
      if (path !== '/openapi.json') look(operation, `${method} ${path}`);
    }
    expect(open).toEqual([]);
  });
});

describe('the document of the admin API', () => {
  it('asks for no less than the checks do: reasons, tenant ids, limits; and names Location', () => {
    const api = new DescribedApi(read('admin'));
    type Schema = { properties: Record<string, { minLength?: number; maxLength?: number; pattern?: string }> };
    let reasons = 0;
    for (const [path, , operation] of operationsOf(read('admin'))) {
      const content = (operation.requestBody as { content: Record<string, { schema: unknown }> } | undefined)?.content;
      const schema = content && (api.resolve(content['application/json']?.schema) as Schema);
      const reason = schema?.properties.reason;
      if (reason) {
        reasons++;
        expect({ path, reason }).toMatchObject({ path, reason: { minLength: 3, maxLength: 500 } });
      }
      for (const one of (operation.parameters ?? []) as unknown as {
        name: string;
        description?: string;
        schema: object;
      }[]) {
        if (one.name === 'tenantId') expect(one.schema).toMatchObject({ pattern: TENANT_ID_PATTERN.source });
        if (one.name === 'limit') expect({ path, said: one.description }).toEqual({ path, said: expect.any(String) });
      }
    }
    expect(reasons).toBeGreaterThan(10);
    const { paths } = read('admin');
    const tenant = paths['/tenants']?.post as OperationObject;
    const body = (tenant.requestBody as unknown as { content: Record<string, { schema: Schema }> }).content;
    expect(body['application/json']?.schema.properties.tenantId?.pattern).toBe(TENANT_ID_PATTERN.source);
    for (const path of ['/tenants', '/webhooks']) {
      const made = paths[path]?.post as OperationObject;
      expect(Object.keys((made.responses[201] as { headers: object }).headers)).toContain('Location');
    }
  });

  it('names for each operation the scope and the roles that its row has', () => {
    for (const [path, method, operation] of operationsOf(read('admin'))) {
      const row = ADMIN_ROWS[`${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`];
      const { 'x-scope': scope, 'x-roles': roles } = operation as unknown as Record<string, unknown>;
      expect([...ACCESS_SCOPES, 'any']).toContain(scope);
      expect({ path, scope, roles: [...(roles as string[])].sort() }).toEqual({
        path,
        scope: row?.scope,
        roles: [...(row?.may ?? [])].sort(),
      });
    }
  });

  it('asks for If-Match where 428 is answered, and takes an Idempotency-Key for changes', () => {
    for (const [, method, { parameters = [], responses, requestBody }] of operationsOf(read('admin'))) {
      const headers = parameters.filter((one) => one.in === 'header').map((one) => one.name);
      expect(headers.includes('If-Match')).toBe('428' in responses);
      expect(headers.includes('If-Match')).toBe('412' in responses);
      expect(headers.includes('Idempotency-Key')).toBe(method !== 'get');
      expect(requestBody !== undefined).toBe('415' in responses);
    }
  });

  it('leaves the application’s own registry of schemas alone', async () => {
    const { z } = await import('zod');
    await request(new AdminApp().app).get('/admin/openapi.json').set(bearer('viewer'));
    expect(Object.keys(z.toJSONSchema(z.globalRegistry).schemas)).toEqual([]);
  });
});

/** The table under a heading that has these columns, as rows of cells. */
function tableOf(page: string, header: RegExp): string[][] {
  const lines = readFileSync(new URL(`../../../../docs/features/${page}`, import.meta.url), 'utf8').split('\n');
  const start = lines.findIndex((line) => header.test(line));
  const rows = lines.slice(start + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) => cellsOf(line));
}
const cellsOf = (line: string) =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());

const ROUTES_OF: [name: string, page: string, header: RegExp][] = [
  ['admin', 'admin-api.md', /^\| route +\| scope +\| roles +\| answer/],
  ['own', 'tenant-api.md', /^\| route +\| answer/],
];

describe.each(ROUTES_OF)('the page of the %s API', (name, page, header) => {
  it('lists every route with its parameters, and no other', () => {
    const described = operationsOf(read(name)).map(([path, method, { parameters = [] }]) => {
      const query = parameters.filter((one) => one.in === 'query').map((one) => one.name);
      const route = `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
      return `\`${route}${query.length > 0 ? `?${query.join('&')}` : ''}\``;
    });
    const listed = tableOf(page, header).map(([route = '']) => route);
    expect(listed.sort()).toEqual(described.sort());
  });
});

it('the page of the admin API says of each route the scope and the roles that it has', () => {
  const STAFF = ['admin', 'operator', 'viewer'];
  const groups: Record<string, string[]> = { staff: STAFF, all: [...STAFF, 'tenant_admin', 'tenant_viewer'] };
  for (const [route = '', scope = '', roles = ''] of tableOf('admin-api.md', /^\| route +\| scope/)) {
    const row =
      ADMIN_ROWS[
        route
          .replaceAll('`', '')
          .split('?')[0]
          ?.replace(/^\w+/, (method) => method.toLowerCase()) ?? ''
      ];
    expect({ route, scope: scope.replaceAll('`', '') }).toEqual({ route, scope: row?.scope });
    const said = roles.split(', ').flatMap((role) => groups[role] ?? [role]);
    expect({ route, roles: said.sort() }).toEqual({ route, roles: [...(row?.may ?? [])].sort() });
  }
});
