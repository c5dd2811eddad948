import type { ServerResponse } from 'node:http';

/** Says the length of an answer that is sent in one piece, as Node does itself where its `end` writes the head. */
export function sayLength(res: ServerResponse, bytes: number): void {
  const { statusCode } = res;
  const bodiless = res.req?.method === 'HEAD' || statusCode < 200 || statusCode === 204 || statusCode === 304;
  const said = res.hasHeader('content-length') || res.hasHeader('transfer-encoding') || res.hasHeader('trailer');
  if (!bodiless && !said) res.setHeader('Content-Length', bytes);
}

/** Of what `write` or `end` was given; 0 for nothing. */
export function byteLength(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') return Buffer.byteLength(chunk, encodingOf(encoding));
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
}

export function encodingOf(encoding: unknown): BufferEncoding {
  return typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8';
}
