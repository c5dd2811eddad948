// @ts-check
import { execFileSync, spawnSync } from 'node:child_process';
import { say } from '../say.mjs';
import { Trouble } from '../trouble.mjs';

/** @typedef {{ uid: number, gid: number } | undefined} Account undefined: this very user */

/** @param {string} name @returns {Account} */
function lookUp(name) {
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout.trim());
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

/**
 * PostgreSQL refuses to run as root; then it runs as the user postgres, who is made where the machine has none.
 * @returns {Account}
 */
export function postgresAccount() {
  if (process.getuid?.() !== 0) return undefined;
  const existing = lookUp('postgres');
  if (existing) return existing;
  try {
    execFileSync(
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'],
      { stdio: 'ignore' },
    );
  } catch {
    // Told below.
  }
  const made = lookUp('postgres');
  if (!made)
    throw new Trouble(
      'PostgreSQL cannot run as root and no user postgres could be made: run the command as another user, or set DATABASE_SUPERUSER_URL.',
    );
  say('postgres', 'runs as the new user postgres, since it refuses to run as root');
  return made;
}

/** @param {string} target @param {Account} account whether this user could enter and read it, asked of the system itself */
export function canRead(target, account) {
  if (!account) return true;
  const { status } = spawnSync('/bin/sh', ['-c', 'test -r "$1" && test -x "$1"', 'sh', target], {
    ...account,
    cwd: '/',
  });
  return status === 0;
}
