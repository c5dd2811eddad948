import express, { type Request, type Response } from 'express';
import { fail } from '../core/errors.js';

export const MAX_BODY_BYTES = 16 * 1024;
const readers = new Map<number, express.RequestHandler>();

/**
 * Reads `req.body`. What is too large is refused at once and its connection closed: body-parser would read all of it
 * before it said so, and wait for what is announced and never comes.
 * @throws TenantCacheError `BODY_TOO_LARGE`, and what body-parser says of a body that is no JSON
 */
export function readJsonBody(req: Request, res: Response, maxBytes = MAX_BODY_BYTES): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (): void => {
      res.setHeader('Connection', 'close');
      reject(fail('BODY_TOO_LARGE'));
    };
    if (Number(req.headers['content-length'] ?? 0) > maxBytes) return refuse();
    let received = 0;
    readerOf(maxBytes)(req, res, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
    // Only beside a reader: by itself it would set the stream going, and nobody would have the body.
    if (req.listenerCount('data') === 0) return;
    req.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received > maxBytes && !res.headersSent) refuse();
    });
  });
}

function readerOf(limit: number): express.RequestHandler {
  const reader = readers.get(limit) ?? express.json({ limit, type: 'application/json' });
  readers.set(limit, reader);
  return reader;
}
