import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Prisma's scalar, or its `@db.` type where one is named, as Postgres calls it. */
const TYPES: Record<string, string> = {
  String: 'text',
  Int: 'int4',
  BigInt: 'int8',
  Boolean: 'bool',
  Float: 'float8',
  Json: 'jsonb',
  Timestamptz: 'timestamptz',
  Date: 'date',
  Decimal: 'numeric',
  Uuid: 'uuid',
  Inet: 'inet',
};

interface Model {
  table: string;
  /** Prisma's field name to the column's. */
  columns: Map<string, string>;
  described: string[];
  keys: string[];
}

/** `table.column type`, with `?` where it is nullable, of every column that schema.prisma states. */
export async function modelColumns(): Promise<string[]> {
  return (await models()).flatMap(({ table, described }) => described.map((column) => `${table}.${column}`));
}

/** `table(column,column)` of every `@id`, `@@id` and `@unique`. */
export async function modelKeys(): Promise<string[]> {
  return (await models()).flatMap(({ table, keys }) => keys.map((key) => `${table}(${key})`));
}

async function models(): Promise<Model[]> {
  const schema = await readFile(fileURLToPath(new URL('../schema.prisma', import.meta.url)), 'utf8');
  return [...schema.matchAll(/^model \w+ \{\n(.*?)\n\}/gms)].map(([, body = '']) => modelOf(body.split('\n')));
}

function modelOf(lines: string[]): Model {
  const table = lines.join('\n').match(/@@map\("(\w+)"\)/)?.[1] ?? '';
  const model: Model = { table, columns: new Map(), described: [], keys: [] };
  for (const line of lines) {
    const [, field, scalar, optional] = /^\s+(\w+)\s+(\w+)(\?)?(?!\[)/.exec(line) ?? [];
    const type = TYPES[/@db\.(\w+)/.exec(line)?.[1] ?? scalar ?? ''];
    if (field && type) {
      const column = /@map\("(\w+)"\)/.exec(line)?.[1] ?? field;
      model.columns.set(field, column);
      model.described.push(`${column} ${type}${optional ?? ''}`);
      if (/@(id|unique)\b/.test(line)) model.keys.push(column);
    }
    const compound = /@@(?:id|unique)\(\[([\w, ]+)\]\)/.exec(line)?.[1];
    if (compound)
      model.keys.push(
        compound
          .split(/,\s*/)
          .map((name) => model.columns.get(name))
          .join(','),
      );
  }
  return model;
}
