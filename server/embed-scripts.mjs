import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const scriptsUrl = new URL('./src/l2/scripts/', import.meta.url);
const targetUrl = new URL('./src/l2/scripts.gen.ts', import.meta.url);
const INCLUDE = /^-- @include (\w+)$/m;

/** @param {string} file below `scripts/`, without its ending */
function read(file) {
  return strip(readFileSync(new URL(`${file}.lua`, scriptsUrl), 'utf8'));
}

/** Comments and indentation stay out of what Redis keeps; the shebang and the includes stay. */
function strip(lua) {
  const lines = lua.split('\n').map((line) => line.trim());
  return `${lines.filter((line) => line !== '' && (!line.startsWith('--') || INCLUDE.test(line))).join('\n')}\n`;
}

function literal(lua) {
  return lua.replace(/[\\`$]/g, '\\$&');
}

/** The text of `src/l2/scripts.gen.ts`: each include once, each script with its includes in their places. */
export function embed() {
  const parts = new Map(named('include/').map((name) => [name, read(`include/${name}`)]));
  const scripts = named('').map((name) => {
    const pieces = read(name).split(/^-- @include (\w+)\n/m);
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
