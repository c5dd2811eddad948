import { z } from 'zod';

interface Node {
  readonly $ref?: string;
  readonly [name: string]: unknown;
}
interface ResponseObject {
  readonly headers?: Record<string, unknown>;
  readonly content?: Record<string, { readonly schema: Node }>;
}
export interface OperationObject {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema: Node }[];
  readonly requestBody?: { readonly content: Record<string, unknown> };
  readonly responses: Record<string, ResponseObject>;
}
export interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, OperationObject>>;
  readonly components: Record<string, Record<string, unknown>>;
}
interface GivenAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: unknown;
  readonly text: string;
}

/** A version; Express gives answers that have none a weak one. */
const OURS = /^"\d+"$/;

/** A description as it is served, and what holds answers to it. Keys are `get /tenants/:tenantId`, as the router says. */
export class DescribedApi {
  readonly operations: ReadonlyMap<string, OperationObject>;
  readonly #schemas = new Map<string, z.ZodType>();

  constructor(readonly document: Document) {
    const entries = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [keyOf(method, path), operation] as const),
    );
    this.operations = new Map(entries);
  }

  statusesOf(key: string): number[] {
    return Object.keys(this.operations.get(key)?.responses ?? {}).map(Number);
  }

  /** What of an answer the description does not say; empty: it is as described. */
  faults(key: string, { status, headers, body, text }: GivenAnswer): string[] {
    const listed = this.operations.get(key)?.responses[status];
    if (listed === undefined) return [`${key} answers ${status}, which is not described: ${text.slice(0, 200)}`];
    const response = this.resolve(listed) as ResponseObject;
    const missing = Object.keys(response.headers ?? {}).filter(
      (name) => name === 'ETag' && !OURS.test(headers.etag ?? ''),
    );
    const faults = missing.map((name) => `${key} ${status} has no ${name}`);
    if (OURS.test(headers.etag ?? '') && !response.headers?.ETag) {
      faults.push(`${key} ${status} has an ETag that is not described`);
    }
    const type = (headers['content-type'] ?? '').split(';')[0] ?? '';
    const described = Object.keys(response.content ?? {});
    if (described.length === 0) return text === '' ? faults : [...faults, `${key} ${status} has content`];
    if (!described.includes(type)) return [...faults, `${key} ${status} is ${type}, described as ${described.join()}`];
    const given = type.endsWith('json') ? body : text;
    const { error } = this.#schemaOf(key, status, response.content?.[type]?.schema ?? {}).safeParse(given);
    return [...faults, ...(error?.issues.map((issue) => `${key} ${status} ${JSON.stringify(issue)}`) ?? [])];
  }

  /** The document is the judge, not the schemas that it was made of. */
  #schemaOf(key: string, status: number, schema: Node): z.ZodType {
    const name = `${key} ${status}`;
    const made = this.#schemas.get(name) ?? z.fromJSONSchema(this.resolve(schema) as never);
    this.#schemas.set(name, made);
    return made;
  }

  /** With every `$ref` in it followed; throws for one that leads nowhere. */
  resolve(node: unknown): unknown {
    if (Array.isArray(node)) return node.map((item) => this.resolve(item));
    if (typeof node !== 'object' || node === null) return node;
    const { $ref, ...rest } = node as Node;
    const own = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, this.resolve(value)]));
    if ($ref === undefined) return own;
    const target = $ref
      .slice('#/'.length)
      .split('/')
      .reduce<unknown>((found, part) => (found as Record<string, unknown> | undefined)?.[part], this.document);
    if (!$ref.startsWith('#/') || target === undefined) throw new Error(`${$ref} leads nowhere`);
    return { ...(this.resolve(target) as object), ...own };
  }
}

export function keyOf(method: string, path: string): string {
  return `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
}

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

/** `get /tenants/:tenantId` for each route that a router has. */
export function routesOf(router: { stack: readonly unknown[] }): string[] {
  return (router.stack as Layer[]).flatMap(({ route }) => {
    const methods = Object.keys(route?.methods ?? {}).filter((method) => method !== '_all');
    return methods.map((method) => `${method} ${route?.path}`);
  });
}
