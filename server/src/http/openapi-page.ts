import { createHash } from 'node:crypto';
import type { OpenApiDocument } from './openapi-document.js';
import { escaped, prose, type SchemaNode, schemaTable, typeOf } from './openapi-schema-html.js';
import { STYLE } from './openapi-style.js';

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
/** Nothing is loaded and nothing runs; the one style is known by its hash. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: SchemaNode;
}
interface Body {
  readonly description?: string;
  readonly content?: Record<string, { schema: SchemaNode }>;
}
interface Operation {
  readonly operationId: string;
  readonly tags: readonly [string];
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Body;
  readonly responses: Record<string, Body & { readonly $ref?: string }>;
}
interface Listed extends Operation {
  readonly method: string;
  readonly path: string;
}

/** The whole description as one page, made here: it is read without a network, a script or a font. */
export function pageOfApi(document: OpenApiDocument): string {
  const operations = listed(document);
  const tags = [...new Set(operations.map(({ tags: [tag] }) => tag))];
  const schemas = Object.entries((document.components?.schemas ?? {}) as Record<string, SchemaNode>);
  const title = escaped(document.info.title);
  const ofTag = (tag: string) => operations.filter(({ tags: [own] }) => own === tag);
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">',
    `<title>${title}</title><style>${STYLE}</style></head><body>`,
    '<a class="skip" href="#content">Skip to the routes</a>',
    `<header><h1>${title}</h1>${prose(document.info.description ?? '')}`,
    '<p>The same for programs: <a href="openapi.json">openapi.json</a> (OpenAPI 3.1).</p></header>',
    `<nav aria-label="Contents"><h2>Contents</h2>${tags.map((tag) => contents(tag, ofTag(tag))).join('')}`,
    '<p><a href="#schemas">Schemas</a></p></nav>',
    `<main id="content">${tags.map((tag) => section(tag, ofTag(tag), document)).join('')}`,
    `<section id="schemas"><h2>Schemas</h2>${schemas.map(namedSchema).join('')}</section></main></body></html>`,
  ].join('\n');
}

function listed({ paths }: OpenApiDocument): Listed[] {
  return Object.entries(paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({ ...operation, method, path })),
  );
}

function contents(tag: string, operations: readonly Listed[]): string {
  const items = operations.map(
    ({ operationId, summary }) => `<li><a href="#${escaped(operationId)}">${prose(summary, true)}</a></li>`,
  );
  return `<h3>${escaped(tag)}</h3><ul>${items.join('')}</ul>`;
}

function section(tag: string, operations: readonly Listed[], document: OpenApiDocument): string {
  const id = `tag-${tag.toLowerCase().replaceAll(/\W+/g, '-')}`;
  return `<section id="${id}"><h2>${escaped(tag)}</h2>${operations.map((one) => article(one, document)).join('')}</section>`;
}

function article(operation: Listed, document: OpenApiDocument): string {
  const { operationId, method, path, summary, description = '', parameters = [], requestBody } = operation;
  const id = escaped(operationId);
  return [
    `<article id="${id}"><h3><a href="#${id}">${prose(summary, true)}</a></h3>`,
    `<p class="route"><b>${escaped(method.toUpperCase())}</b> <code>${pathHtml(path)}</code></p>`,
    prose(description),
    parameters.length > 0 ? parametersTable(parameters) : '',
    requestBody ? `<h4>Body</h4>${contentHtml(requestBody)}` : '',
    `<h4>Answers</h4><dl>${Object.entries(operation.responses)
      .map(([status, given]) => answer(status, given, document))
      .join('')}</dl>`,
    '</article>',
  ].join('\n');
}

/** A long path breaks between its parts. */
function pathHtml(path: string): string {
  return escaped(path).replaceAll('/', '<wbr>/');
}

function parametersTable(parameters: readonly Parameter[]): string {
  const rows = parameters.map(({ name, in: where, required, description = '', schema }) => {
    const said = `${prose(description, true)}${required ? ' <em>required</em>' : ''}`;
    return `<tr><th scope="row"><code>${escaped(name)}</code></th><td data-label="In">${escaped(where)}</td><td data-label="Type">${typeOf(schema)}</td><td data-label="Meaning">${said}</td></tr>`;
  });
  const head =
    '<tr><th scope="col">Parameter</th><th scope="col">In</th><th scope="col">Type</th><th scope="col">Meaning</th></tr>';
  return `<div class="wide"><table><thead>${head}</thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function answer(status: string, given: Operation['responses'][string], { components }: OpenApiDocument): string {
  const shared = given.$ref?.split('/').at(-1);
  const response = shared === undefined ? given : (components?.responses?.[shared] as Body);
  const content = Number(status) < 400 ? contentHtml(response) : '';
  return `<dt><code>${escaped(status)}</code></dt><dd>${prose(response.description ?? '')}${content}</dd>`;
}

function contentHtml({ content = {} }: Body): string {
  return Object.entries(content)
    .map(([type, { schema }]) => `<p><code>${escaped(type)}</code>: ${typeOf(schema)}</p>${schemaTable(schema)}`)
    .join('');
}

function namedSchema([name, schema]: [string, SchemaNode]): string {
  const id = `schema-${escaped(name)}`;
  return `<article id="${id}"><h3><a href="#${id}">${escaped(name)}</a></h3>${prose(schema.description ?? '')}${schemaTable(schema)}</article>`;
}
