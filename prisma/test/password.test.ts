import { scryptSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { hashPassword, verifyPassword } from '../src/index.js';

describe('passwords', () => {
  it('verify against their own hash and no other password does', async () => {
    const hash = await hashPassword('correct horse');
    expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/);
    expect(hash).not.toContain('correct');
    expect(await verifyPassword('correct horse', hash)).toBe(true);
    expect(await verifyPassword('correct horse ', hash)).toBe(false);
    expect(await verifyPassword('', hash)).toBe(false);
  });

  it('have another salt each time', async () => {
    const [one, two] = await Promise.all([hashPassword('same'), hashPassword('same')]);
    expect(one).not.toBe(two);
  });

  it('are the same letters in either Unicode form', async () => {
    expect(await verifyPassword('caf\u00e9', await hashPassword('cafe\u0301'))).toBe(true);
  });

  it('verify against a hash of other parameters, so that the cost may grow', async () => {
    // The vector of RFC 7914, section 12, cut to the length of our hashes: N = 16384, r = 8, p = 1.
    const salt = Buffer.from('SodiumChloride');
    const derived = scryptSync('pleaseletmein', salt, 32, { N: 16_384, r: 8, p: 1 });
    expect(derived.toString('hex')).toMatch(/^7023bdcb3afd7348/);
    const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
    const stored = `$scrypt$ln=14,r=8,p=1$${base64(salt)}$${base64(derived)}`;
    expect(await verifyPassword('pleaseletmein', stored)).toBe(true);
    expect(await verifyPassword('pleaseletmeout', stored)).toBe(false);
  });

  it('match nothing that is not a hash of ours, or would cost too much to check', async () => {
    const hash = await hashPassword('x');
    const others = [
      '',
      'x',
      '$scrypt$',
      `${hash}x!`,
      hash.replace('ln=15', 'ln=30'),
      hash.replace('r=8', 'r=99'),
      hash.replace('p=3', 'p=0'),
    ];
    for (const stored of others) expect(await verifyPassword('x', stored)).toBe(false);
  });
});
