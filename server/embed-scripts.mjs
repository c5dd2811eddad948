import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const scriptsUrl = new URL('./src/l2/scripts/', import.meta.url);
const targetUrl = new URL('./src/l2/scripts.gen.ts', import.meta.url);
const INCLUDE = /^-- @include (\w+)$/m;
const LITERAL = "-?\\d+(?:\\.\\d+)?|'[^']*'";
const CONSTANTS = new RegExp(`^local ([A-Z_]+(?:, [A-Z_]+)*) = ((?:${LITERAL})(?:, (?:${LITERAL}))*)\n`, 'gm');
const TEXT_OR_NAME = /'(?:[^'\\]|\\.)*'|\b[A-Z_]+\b/g;

/** @param {string} file below `scripts/`, without its ending */
function read(file) {
  return strip(readFileSync(new URL(`${file}.lua`, scriptsUrl), 'utf8'));
}

/** Comments and indentation stay out of what Redis keeps; the shebang and the includes stay. */
function strip(lua) {
  const lines = lua.split('\n').map((line) => line.trim());
  return `${lines.filter((line) => line !== '' && (!line.startsWith('--') || INCLUDE.test(line))).join('\n')}\n`;
}

/** Numbers and texts that a part names. */
function constantsOf(lua) {
  return [...lua.matchAll(CONSTANTS)].flatMap(([, names, values]) => {
    const literals = values.match(new RegExp(LITERAL, 'g'));
    return names.split(', ').map((name, index) => [name, literals[index]]);
  });
}

/**
 * Puts constants in place of their names: with each call a script makes its functions anew, and each name outside of them
 * that they use is looked up in a list of all that any of them use.
 */
function fold(lua, constants) {
  return lua.replace(CONSTANTS, '').replace(TEXT_OR_NAME, (token) => constants.get(token) ?? token);
}

function literal(lua) {
  return lua.replace(/[\\`]|\$(?=\{)/g, '\\$&');
}

/** The text of `src/l2/scripts.gen.ts`: each include once, each script with its includes in their places. */
export function embed() {
  const sources = named('include/').map((name) => [name, read(`include/${name}`)]);
  const shared = new Map();
  for (const [name, value] of sources.flatMap(([, lua]) => constantsOf(lua))) {
    if (shared.has(name)) throw new Error(`two includes define ${name}`);
    shared.set(name, value);
  }
  const parts = new Map(sources.map(([name, lua]) => [name, fold(lua, shared)]));
  const scripts = named('').map((name) => {
    const source = read(name);
    const pieces = fold(source, new Map([...shared, ...constantsOf(source)])).split(/^-- @include (\w+)\n/m);
    const included = pieces.filter((_, index) => index % 2 === 1);
    if (new Set(included).size < included.length) throw new Error(`${name}.lua includes a file twice`);
    const lua = pieces.map((piece, index) => (index % 2 === 1 ? parts.get(piece) : piece)).join('');
    const text = pieces.map((piece, index) => (index % 2 === 1 ? `\${${piece}}` : literal(piece))).join('');
    const sha1 = createHash('sha1').update(lua).digest('hex');
    return `  ${/^\w+$/.test(name) ? name : `'${name}'`}: {\n    sha1: '${sha1}',\n    lua: \`${text}\`,\n  },\n`;
  });
  const declared = [...parts].map(([name, lua]) => `const ${name} = \`${literal(lua)}\`;\n`);
  return `// Made by embed-scripts.mjs from scripts/*.lua: change those, then run it.\n${declared.join('')}\nexport const SCRIPTS = {\n${scripts.join('')}} as const;\n\nexport type ScriptName = keyof typeof SCRIPTS;\n`;
}

function named(folder) {
  return readdirSync(new URL(folder || '.', scriptsUrl))
    .filter((file) => file.endsWith('.lua'))
    .map((file) => file.slice(0, -'.lua'.length))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(targetUrl, embed());
