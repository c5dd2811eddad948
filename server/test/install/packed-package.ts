import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../../', import.meta.url));
export const WORKSPACE = path.dirname(path.resolve(SERVER));

export interface Manifest {
  version: string;
  main: string;
  types: string;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  exports: Record<string, string | Record<string, Record<string, string>>>;
}

/** The package as a user gets it: packed by npm, unpacked into one folder. */
export interface PackedPackage {
  readonly directory: string;
  readonly files: readonly string[];
  readonly manifest: Manifest;
  remove(): void;
}

export function packPackage(): PackedPackage {
  if (!existsSync(path.join(SERVER, 'dist', 'index.cjs')))
    throw new Error('server/dist is not built: run `npm run build` first; `npm test` does it by itself.');
  const root = mkdtempSync(path.join(tmpdir(), 'tenantcache-packed-'));
  const printed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--offline', '--pack-destination', root], {
    cwd: SERVER,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [{ filename, files }] = JSON.parse(printed) as [{ filename: string; files: { path: string }[] }];
  execFileSync('tar', ['-xzf', path.join(root, filename), '-C', root]);
  const directory = path.join(root, 'package');
  return {
    directory,
    files: files.map((file) => file.path),
    manifest: JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8')) as Manifest,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** A program's exit code and what it printed. */
export interface Outcome {
  code: number;
  output: string;
}

/** Which of the two installed versions of Express a project has as `express`. */
export type ExpressVersion = 'express' | 'express4';

export interface Project {
  write(file: string, text: string): void;
  /** Runs a file of the project with this Node. */
  run(file: string, env?: Record<string, string>): Outcome;
  /** Type-checks the project's TypeScript files strictly, declarations of dependencies included. */
  typeCheck(files: string[]): Outcome;
  /** The same, and leaves JavaScript beside them. */
  compile(files: string[]): Outcome;
  /** Puts another version of Express in place. */
  use(express: ExpressVersion): void;
  remove(): void;
}

/**
 * A project beside nothing of the workspace. It holds the packed files, and links to what the package declares: a
 * dependency that it uses and does not declare is missing here as it would be for a user.
 */
export function createProject(
  packed: PackedPackage,
  { type, links = [], express = 'express' }: { type: string; links?: string[]; express?: ExpressVersion },
): Project {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'tenantcache-project-')));
  const modules = path.join(root, 'node_modules');
  mkdirSync(modules);
  execFileSync('cp', ['-R', packed.directory, path.join(modules, 'tenantcache')]);
  for (const name of [...Object.keys(packed.manifest.dependencies), ...links]) link(modules, name);
  link(modules, express, 'express');
  const write = (file: string, text: string) => writeFileSync(path.join(root, file), text);
  write('package.json', JSON.stringify({ name: 'app', private: true, type }));
  const node = (args: string[], env: Record<string, string> = {}) => outcomeOf(root, args, env);
  const tsc = (files: string[], options: object) => {
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2023',
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      types: ['node'],
      ...options,
    };
    write('tsconfig.json', JSON.stringify({ compilerOptions, files }));
    return node([path.join(WORKSPACE, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json']);
  };
  return {
    write,
    run: (file, env) => node([file], env),
    use(version) {
      rmSync(path.join(modules, 'express'));
      link(modules, version, 'express');
    },
    typeCheck: (files) => tsc(files, { noEmit: true }),
    compile: (files) => tsc(files, {}),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function link(modules: string, name: string, as = name): void {
  const found = [SERVER, WORKSPACE]
    .map((from) => path.join(from, 'node_modules', name))
    .find((from) => existsSync(from));
  if (!found) throw new Error(`${name} is not installed in the workspace`);
  const to = path.join(modules, as);
  mkdirSync(path.dirname(to), { recursive: true });
  symlinkSync(realpathSync(found), to);
}

function outcomeOf(cwd: string, args: string[], env: Record<string, string>): Outcome {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  try {
    const output = execFileSync(process.execPath, args, {
      cwd,
      env: { ...inherited, ...env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    });
    return { code: 0, output };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number | null; stdout: string; stderr: string };
    return { code: status ?? -1, output: `${stdout}${stderr}` };
  }
}
