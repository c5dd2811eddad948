import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const scriptsUrl = new URL('./src/l2/scripts/', import.meta.url);
const targetUrl = new URL('./src/l2/scripts.gen.ts', import.meta.url);

/** Replaces each `-- @include name` line by the file in `include/`; a file is included once. */
function compose(name) {
  const included = new Set();
  return readFileSync(new URL(`${name}.lua`, scriptsUrl), 'utf8').replace(/^-- @include (\w+)$/gm, (_line, part) => {
    if (included.has(part)) throw new Error(`${name}.lua includes ${part} twice`);
    included.add(part);
    return readFileSync(new URL(`include/${part}.lua`, scriptsUrl), 'utf8').trimEnd();
  });
}

/** Comments and indentation stay out of what Redis keeps; the shebang stays. */
function strip(lua) {
  const lines = lua.split('\n').map((line) => line.trim());
  return `${lines.filter((line) => line !== '' && !line.startsWith('--')).join('\n')}\n`;
}

/** The text of `src/l2/scripts.gen.ts`. */
export function embed() {
  const names = readdirSync(scriptsUrl)
    .filter((file) => file.endsWith('.lua'))
    .map((file) => file.slice(0, -'.lua'.length))
    .sort();
  const entries = names.map((name) => {
    const lua = strip(compose(name));
    const sha1 = createHash('sha1').update(lua).digest('hex');
    return `  ${/^\w+$/.test(name) ? name : `'${name}'`}: {\n    sha1: '${sha1}',\n    lua: \`${lua.replace(/[\\`$]/g, '\\$&')}\`,\n  },\n`;
  });
  return `// Made by embed-scripts.mjs from scripts/*.lua: change those, then run it.\nexport const SCRIPTS = {\n${entries.join('')}} as const;\n\nexport type ScriptName = keyof typeof SCRIPTS;\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(targetUrl, embed());
