import assert from 'node:assert/strict';
import { describe, it } from '@jest/globals';
import { refusalOf } from '../../../src/l2/redis-requirements.js';

describe('refusalOf', () => {
  it.each([
    ['64', undefined],
    ['32', 'STORE_MISCONFIGURED'],
  ])('a server built for %s bits: %s', (bits, code) => {
    assert.equal(
      refusalOf(`redis_version:7.0.15\r\narch_bits:${bits}\r\nmaxmemory_policy:noeviction\r\n`, false)?.code,
      code,
    );
  });
});
