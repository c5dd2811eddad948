import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import express4 from 'express4';
import { gate } from '../../fakes/memory-cache.js';
import { closeResponseApps, responseApp } from './response-app.js';

afterEach(closeResponseApps);

const PIECES = 384;
const PIECE = Buffer.alloc(64 * 1024, 'x');

describe.each([
  ['5', express],
  ['4', express4 as unknown as typeof express],
])('a client that does not read, on Express %s', (_version, framework) => {
  it('does not hold up those who wait for the answer that it leads', async () => {
    let runs = 0;
    const begun = gate();
    const { get, port } = await responseApp(
      (app, response) =>
        app.get('/r', response({ ttl: '1m', maxBodyBytes: PIECES * PIECE.length }), (_req, res) => {
          runs++;
          begun.release();
          Readable.from(Array.from({ length: PIECES }, () => PIECE)).pipe(res);
        }),
      { framework, cacheOptions: { tenants: { default: { quotaBytes: 256 * 1024 * 1024 } } } },
    );
    const socket = connect(port, '127.0.0.1');
    socket.pause();
    socket.write(`GET /r HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Tenant: a\r\nConnection: close\r\n\r\n`);
    await begun.promise;
    const { body } = await get('/r');
    expect([runs, body.length]).toEqual([1, PIECES * PIECE.length]);
    // And it gets all of it once it reads.
    let bytes = 0;
    socket.on('data', (data) => {
      bytes += data.length;
    });
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(bytes).toBeGreaterThan(PIECES * PIECE.length);
  });
});
