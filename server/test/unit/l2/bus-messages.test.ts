import assert from 'node:assert/strict';
import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { tenantId } from '../../../src/core/tenant-id.js';
import { isFrom, messageHeads, messageNumber, parseBusMessage, settingsMessage } from '../../../src/l2/bus-messages.js';

const tenant = tenantId('t');
const origin = Buffer.alloc(16, 0xab);
const named = (text: string) => {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
};
const u48 = (value: number) => {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(value, 0, 6);
  return bytes;
};

describe('bus messages', () => {
  it('say who sent them, their number and what they are about', () => {
    const heads = messageHeads(origin);
    const sender = 'ab'.repeat(16);
    const entries = Buffer.concat([heads.entries, u48(7), named('r:k'), named('r:ä\0😀')]);
    assert.deepEqual(parseBusMessage(tenant, entries), {
      type: 'entries',
      tenant,
      origin: sender,
      ids: ['r:k', 'r:ä\0😀'],
    });
    assert.deepEqual([messageNumber(entries), isFrom(entries, origin)], [7, true]);
    assert.equal(isFrom(entries, Buffer.alloc(16, 0xac)), false);
    const clear = Buffer.concat([heads.clear, u48(8), u48(2 ** 41)]);
    assert.deepEqual(parseBusMessage(tenant, clear), { type: 'clear', tenant, origin: sender, sequence: 2 ** 41 });
    const invalidate = Buffer.concat([heads.invalidate, u48(9), u48(5), named('ttag'), named('pr:a:b')]);
    assert.deepEqual(parseBusMessage(tenant, invalidate), {
      type: 'invalidate',
      tenant,
      origin: sender,
      scopes: [{ tag: 'tag' }, { resource: 'r', prefix: 'a:b' }],
      sequence: 5,
    });
    const settings = settingsMessage(origin);
    assert.deepEqual(parseBusMessage(tenant, settings), { type: 'settings', tenant, origin: sender });
    assert.equal(messageNumber(settings), undefined);
  });

  it('are nothing where they are cut short, and throw at nothing', () => {
    const heads = messageHeads(origin);
    const whole = Buffer.concat([heads.invalidate, u48(9), u48(5), named('ttag')]);
    for (let length = 0; length < whole.length; length++) {
      const parsed = parseBusMessage(tenant, whole.subarray(0, length));
      assert.ok(parsed === undefined || (parsed.type === 'invalidate' && parsed.scopes.length === 0));
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom('e', 'c', 'i', 's', 'x'), (bytes, kind) => {
        const message = Buffer.concat([Buffer.from(kind), Buffer.from(bytes)]);
        parseBusMessage(tenant, message);
        messageNumber(message);
        isFrom(message, origin);
      }),
      { numRuns: 1_000 },
    );
  });
});
