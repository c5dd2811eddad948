import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { testRedisUrl } from '../fakes/redis-url.js';
import { createProject, type PackedPackage, type Project, packPackage, WORKSPACE } from './packed-package.js';
import { CJS_PROGRAM, ESM_PROGRAM, type Printed, REFUSED, TYPED_PROGRAM } from './user-programs.js';

const POSTGRES_PEERS = ['@prisma/adapter-pg', '@prisma/client', 'pg'];
const TYPES = ['@types/express', '@types/node'];

let packed: PackedPackage;
const projects: Project[] = [];

beforeAll(() => {
  packed = packPackage();
});
afterEach(() => {
  for (const project of projects.splice(0)) project.remove();
});
afterAll(() => packed?.remove());

function project(type: string, links: string[] = []): Project {
  const created = createProject(packed, { type, links });
  projects.push(created);
  return created;
}

function expectTheProduct({ first, again, other, nobody, usage, metrics, loads }: Printed): void {
  expect(first).toMatchObject({ status: 200, limit: 65_536, body: { load: 1 } });
  expect(first.used).toBeGreaterThan(200);
  expect(again.body).toEqual(first.body);
  expect(other).toMatchObject({ status: 200, body: { load: 2 } });
  expect(nobody).toMatchObject({ status: 401, type: expect.stringContaining('application/problem+json') });
  expect(usage).toMatchObject({ usedBytes: first.used, entries: 1, quotaBytes: 65_536 });
  expect({ metrics, loads }).toEqual({ metrics: true, loads: 2 });
}

describe.each([
  ['an ES module', 'module', 'app.js', ESM_PROGRAM],
  ['a CommonJS module', 'commonjs', 'app.js', CJS_PROGRAM],
])('the package in %s with Express 5', (_, type, file, program) => {
  const tenant = () => ({ TENANT: `install_${randomBytes(6).toString('hex')}` });

  it('caches per tenant in memory', () => {
    const user = project(type);
    user.write(file, program);
    const { code, output } = user.run(file, tenant());
    expect({ code, output }).toMatchObject({ code: 0 });
    expectTheProduct(JSON.parse(output) as Printed);
  });

  it('caches per tenant in Redis', () => {
    const user = project(type);
    user.write(file, program);
    const { code, output } = user.run(file, { ...tenant(), REDIS: testRedisUrl() });
    expect({ code, output }).toMatchObject({ code: 0 });
    expectTheProduct(JSON.parse(output) as Printed);
  });

  it('has its subpaths, where their peers are installed', () => {
    const user = project(type, POSTGRES_PEERS);
    const load = type === 'module' ? 'await import' : 'require';
    user.write(
      file,
      `const durable = ${load}('tenantcache/postgres'), testing = ${load}('tenantcache/testing');
      console.log(typeof durable.postgresTenants, typeof durable.postgresUsage, typeof testing.MemorySharedStore);`,
    );
    expect(user.run(file)).toEqual({ code: 0, output: 'function function function\n' });
  });
});

describe.each([
  ['ES modules', 'module'],
  ['CommonJS', 'commonjs'],
])('the types under %s', (_, type) => {
  it('accept a user’s program and hold with every declaration checked', () => {
    const user = project(type, TYPES);
    user.write('app.ts', TYPED_PROGRAM);
    expect(user.typeCheck(['app.ts'])).toEqual({ code: 0, output: '' });
  });

  it('refuse what cannot work', () => {
    const user = project(type, TYPES);
    user.write('app.ts', `${TYPED_PROGRAM}${REFUSED.map(([, statement]) => `${statement};\n`).join('')}`);
    const firstLine = TYPED_PROGRAM.split('\n').length;
    const { output } = user.typeCheck(['app.ts']);
    for (const [index, [name, , message]] of REFUSED.entries()) {
      const refusal = new RegExp(`app\\.ts\\(${firstLine + index},\\d+\\): error (${message}):`).test(output);
      expect({ name, refusal: refusal || output }).toEqual({ name, refusal: true });
    }
  });
});

describe('the README', () => {
  it('shows a program that compiles as it stands', () => {
    const sample = /```ts\n([\s\S]*?)```/.exec(readFileSync(path.join(WORKSPACE, 'README.md'), 'utf8'))?.[1];
    const user = project('module', TYPES);
    user.write('app.ts', `${sample}\ndeclare function loadPortfolio(id: string): Promise<{ id: string }>;\n`);
    expect(user.typeCheck(['app.ts'])).toEqual({ code: 0, output: '' });
  });
});
