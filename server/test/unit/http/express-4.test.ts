import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, jest } from '@jest/globals';
import express4 from 'express4';

/**
 * The suites of this folder once more, with Express 4 wherever they and the code under test import Express: routers, body
 * parsers and applications. These take both versions themselves.
 */
const BOTH_ALREADY = ['rate-limit.test.ts', 'idempotency.test.ts', 'express-4.test.ts'];
const folder = dirname(fileURLToPath(import.meta.url));
const suites = readdirSync(folder).filter((name) => name.endsWith('.test.ts') && !BOTH_ALREADY.includes(name));

jest.unstable_mockModule('express', () => ({ default: express4 }));

describe('Express 4', () => {
  it('is what these suites run on', async () => {
    const { default: express } = await import('express');
    // Only version 4 has it.
    expect(express).toHaveProperty('query');
    expect(express.application).toHaveProperty('lazyrouter');
    expect(suites.length).toBeGreaterThan(10);
  });
});
for (const suite of suites) await import(`./${suite.replace(/\.ts$/, '.js')}`);
