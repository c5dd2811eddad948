import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PROJECT_ROOT } from '../project-root.mjs';
import { readOrMakeSecrets } from '../start/secrets.mjs';
import { inTemporaryDirectory } from './in-temporary-directory.mjs';

const script = path.join(PROJECT_ROOT, 'scripts', 'token.mjs');
const run = (...args) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', env: {} });

/** What a token says, where it is signed with the secret as HS256 has it. */
function claimsOf(token, secret) {
  const [head, body, mac] = token.trim().split('.');
  expect(createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url')).toBe(mac);
  expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual({ alg: 'HS256', typ: 'JWT' });
  const { iat, exp, ...claims } = JSON.parse(Buffer.from(body, 'base64url').toString());
  expect(exp - iat).toBe(3_600);
  expect(Math.abs(iat - Date.now() / 1000)).toBeLessThan(60);
  return claims;
}

describe('npm run token', () => {
  it('prints a token that the API takes, and nothing else', () =>
    inTemporaryDirectory((directory) => {
      const { adminTokenSecret, tenantTokenSecret } = readOrMakeSecrets(directory);
      const print = (...args) => {
        const { status, stdout, stderr } = run('--data-dir', directory, ...args);
        expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
        expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
        return stdout;
      };
      const admin = { iss: 'tenantcache-script', aud: 'tenantcache-admin' };
      expect(claimsOf(print('--admin'), adminTokenSecret)).toEqual({
        ...admin,
        sub: 'npm run token (admin)',
        role: 'admin',
      });
      expect(claimsOf(print('--admin', '--role', 'viewer'), adminTokenSecret)).toEqual({
        ...admin,
        sub: 'npm run token (viewer)',
        role: 'viewer',
      });
      for (const role of ['tenant_admin', 'tenant_viewer']) {
        const sub = `npm run token (${role} of org_northwind)`;
        const claims = claimsOf(print('--admin', '--role', role, '--tenant', 'org_northwind'), adminTokenSecret);
        expect(claims).toEqual({ ...admin, sub, role, tenant: 'org_northwind' });
      }
      expect(claimsOf(print('--tenant', 'org_northwind'), tenantTokenSecret)).toEqual({
        iss: 'tenantcache-demo',
        aud: 'tenantcache-example',
        tenant_id: 'org_northwind',
      });
    }));

  it('says that npm start comes first, and makes no secrets of its own', () =>
    inTemporaryDirectory((directory) => {
      const { status, stdout, stderr } = run('--admin', '--data-dir', directory);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(/secrets\.json.*run npm start first/);
      expect(existsSync(path.join(directory, 'secrets.json'))).toBe(false);
    }));

  it.each([
    [[], 'either --tenant <id> or --admin'],
    [['--admin', '--tenant', 'acme'], 'either --tenant <id> or --admin'],
    [['--tenant', 'a:b'], '1 to 64 letters'],
    [['--tenant', ''], '1 to 64 letters'],
    [['--tenant', 'acme', '--role', 'viewer'], '--role goes with --admin'],
    [['--admin', '--role', 'root'], 'admin, operator, viewer, tenant_admin, tenant_viewer'],
    [['--admin', '--role', 'tenant_admin'], 'needs --tenant <id>'],
    [['--admin', '--role', 'tenant_admin', '--tenant', 'a:b'], '1 to 64 letters'],
    [['--admin', '--role', 'viewer', '--tenant', 'acme'], 'either --tenant <id> or --admin'],
    [['--tenant', 'acme', '--role', 'tenant_admin'], '--role goes with --admin'],
    [['--tenat', 'acme'], '--help lists the options'],
    [['acme'], '--help lists the options'],
  ])('ends with one sentence and code 1 for %j', (args, sentence) => {
    const { status, stdout, stderr } = run(...args);
    expect({ status, stdout, lines: stderr.trim().split('\n').length }).toEqual({ status: 1, stdout: '', lines: 1 });
    expect(stderr).toContain(sentence);
  });
});
