import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** 32 MiB and about a tenth of a second a password; the parameters travel in each hash, so they may grow later. */
const COST = { logN: 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const FORMAT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,88})\$([A-Za-z0-9+/]{43,88})$/;

/** `$scrypt$ln=15,r=8,p=3$salt$hash`, base64 without padding. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await stretch(password, salt, HASH_BYTES, COST);
  return `$scrypt$ln=${COST.logN},r=${COST.r},p=${COST.p}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** False for a wrong password and for a hash that is not one of ours; takes the same time wherever they differ. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const match = FORMAT.exec(stored);
  if (!match) return false;
  const cost = { logN: Number(match[1]), r: Number(match[2]), p: Number(match[3]) };
  // A tampered row must not make one sign-in take gigabytes or minutes.
  if (cost.logN < 1 || cost.logN > 17 || cost.r < 1 || cost.r > 16 || cost.p < 1 || cost.p > 8) return false;
  const expected = Buffer.from(match[5] ?? '', 'base64');
  const actual = await stretch(password, Buffer.from(match[4] ?? '', 'base64'), expected.length, cost);
  return timingSafeEqual(actual, expected);
}

function stretch(password: string, salt: Buffer, bytes: number, { logN, r, p }: typeof COST): Promise<Buffer> {
  const N = 2 ** logN;
  // The same letters typed on another system may arrive as other code points.
  return derive(password.normalize('NFKC'), salt, bytes, { N, r, p, maxmem: 128 * N * r * 2 + 1_024 * 1_024 });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
