/** What is used here of a JSON Schema. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly items?: SchemaNode;
  readonly prefixItems?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly required?: readonly string[];
  readonly oneOf?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly allOf?: readonly SchemaNode[];
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ESCAPES[char] ?? char);
}

/** Paragraphs, with what is between backticks as code. */
export function prose(text: string, inline = false): string {
  const html = escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
  if (inline || html === '') return html;
  return html
    .split('\n\n')
    .map((paragraph) => `<p>${paragraph}</p>`)
    .join('');
}

/** A type in a few words; named ones are links. */
export function typeOf(schema: SchemaNode): string {
  const { $ref, items, prefixItems } = schema;
  if ($ref) {
    const name = escaped($ref.split('/').at(-1) ?? '');
    return `<a href="#schema-${name}">${name}</a>`;
  }
  const several = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  if (several) return several.map(typeOf).join(schema.allOf ? ' and ' : ' or ');
  if (schema.enum) return schema.enum.map((value) => `<code>${escaped(String(value))}</code>`).join(' | ');
  if (prefixItems) return `[${prefixItems.map(typeOf).join(', ')}]`;
  if (items) return `list of ${typeOf(items)}`;
  const names = [schema.type ?? 'any'].flat().map((name) => escaped(String(name)));
  const limits = [
    schema.format,
    schema.minimum === undefined ? undefined : `from ${schema.minimum}`,
    schema.maximum === undefined ? undefined : `to ${schema.maximum}`,
    schema.maxLength === undefined ? undefined : `at most ${schema.maxLength} characters`,
    schema.default === undefined ? undefined : `default ${JSON.stringify(schema.default)}`,
  ].filter((part) => part !== undefined);
  return limits.length > 0 ? `${names.join(' | ')} (${escaped(limits.join(', '))})` : names.join(' | ');
}

/** The fields of an object, those of objects within it too, by their path. Empty for what has none. */
export function schemaTable(schema: SchemaNode): string {
  const rows = fieldsOf(schema, '');
  if (rows.length === 0) return '';
  const head = '<tr><th scope="col">Field</th><th scope="col">Type</th><th scope="col">Meaning</th></tr>';
  return `<div class="wide"><table><thead>${head}</thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function fieldsOf(schema: SchemaNode, within: string): string[] {
  const { properties = {}, required = [] } = schema;
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = `${within}${name}`;
    const optional = required.includes(name) ? '' : ' <em>optional</em>';
    const said = `${prose(field.description ?? '', true)}${optional}`;
    const row = `<tr><th scope="row"><code>${escaped(path)}</code></th><td data-label="Type">${typeOf(field)}</td><td data-label="Meaning">${said}</td></tr>`;
    const inner = field.properties ? fieldsOf(field, `${path}.`) : [];
    const ofItems = field.items?.properties ? fieldsOf(field.items, `${path}[].`) : [];
    return [row, ...inner, ...ofItems];
  });
}
