import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { removeData } from '../start/fresh.mjs';
import { readOrMakeSecrets } from '../start/secrets.mjs';
import { inTemporaryDirectory } from './in-temporary-directory.mjs';

describe('secrets', () => {
  it('are random, kept, and readable by their user only', () =>
    inTemporaryDirectory((directory) => {
      const secrets = readOrMakeSecrets(directory);
      expect(new Set(Object.values(secrets)).size).toBe(Object.keys(secrets).length);
      expect(Buffer.from(secrets.serverActionsKey, 'base64')).toHaveLength(32);
      expect(Buffer.byteLength(secrets.tenantTokenSecret)).toBeGreaterThanOrEqual(32);
      expect(statSync(path.join(directory, 'secrets.json')).mode & 0o777).toBe(0o600);
      expect(readOrMakeSecrets(directory)).toEqual(secrets);
    }));

  it('that an older version did not know are added, the others stay', () =>
    inTemporaryDirectory((directory) => {
      writeFileSync(path.join(directory, 'secrets.json'), '{"sessionSecret":"kept"}');
      expect(readOrMakeSecrets(directory)).toMatchObject({ sessionSecret: 'kept', appPassword: expect.any(String) });
    }));
});

describe('--fresh', () => {
  it('removes what start made, and keeps the lock and the fetched programs', () =>
    inTemporaryDirectory((directory) => {
      for (const name of ['postgres', 'packages']) mkdirSync(path.join(directory, name));
      for (const name of ['secrets.json', 'lock']) writeFileSync(path.join(directory, name), '{}');
      removeData(directory);
      const left = ['postgres', 'packages', 'secrets.json', 'lock'].filter((name) =>
        existsSync(path.join(directory, name)),
      );
      expect(left).toEqual(['packages', 'lock']);
    }));

  it('refuses a directory with files of somebody else', () =>
    inTemporaryDirectory((directory) => {
      writeFileSync(path.join(directory, 'thesis.odt'), '');
      expect(() => removeData(directory)).toThrow('is no data directory of tenantcache');
      expect(existsSync(path.join(directory, 'thesis.odt'))).toBe(true);
    }));
});
