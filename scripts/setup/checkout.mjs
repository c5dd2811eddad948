// @ts-check
import { access, constants, statfs } from 'node:fs/promises';
import path from 'node:path';
import { systemCode, Trouble } from '../trouble.mjs';

const NEEDED_FILES = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'server/src', 'prisma/migrations'];
const MIB = 1024 * 1024;
/** What install and build write into a fresh checkout, with room to spare. */
const FRESH_BYTES = 3072 * MIB;
const INSTALLED_BYTES = 300 * MIB;

/** @param {string} root @throws {Trouble} where the checkout cannot be read or written */
export async function requireUsableCheckout(root) {
  for (const name of NEEDED_FILES) {
    const file = path.join(root, name);
    await access(file, constants.R_OK).catch((error) => {
      throw systemCode(error) === 'ENOENT'
        ? new Trouble(`The checkout is incomplete: ${file} is missing; clone the repository again.`)
        : new Trouble(
            `${file} cannot be read by this user: give yourself the rights (chmod -R u+rX, chown) or clone again.`,
          );
    });
  }
  await access(root, constants.W_OK).catch(() => {
    throw new Trouble(`${root} cannot be written by this user: clone the repository into a directory of your own.`);
  });
}

/**
 * @param {string} directory
 * @param {{ installed: boolean }} state whether dependencies are there already
 * @throws {Trouble} where the disk has less than the install, the build and the data need
 */
export async function requireSpace(directory, { installed }) {
  const disk = await statfs(directory);
  const freeBytes = disk.bavail * disk.bsize;
  const neededBytes = installed ? INSTALLED_BYTES : FRESH_BYTES;
  if (freeBytes >= neededBytes) return;
  const [free, needed] = [freeBytes, neededBytes].map((bytes) => `${Math.floor(bytes / MIB)} MiB`);
  throw new Trouble(
    `The disk of ${directory} has ${free} left and ${needed} are needed: free some space and try again.`,
  );
}
