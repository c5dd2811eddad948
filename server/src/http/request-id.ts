import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';

const HEADER = 'X-Request-Id';
/** What cannot break a line of a log, nor be long in it. */
const SANE = /^[A-Za-z0-9_.:-]{1,64}$/;

type Identified = IncomingMessage & { id?: unknown };

/**
 * Gives each request an id: `req.id`, as pino-http reads it, and `X-Request-Id` of the answer. A proxy's own is kept
 * where Express trusts that proxy (`trust proxy`); anybody else's is replaced, as it would let callers write into logs.
 */
export function requestIdHandler(): RequestHandler {
  return (req, res, next) => {
    const identified: Identified = req;
    if (requestIdOf(res) === undefined) {
      const given = typeof identified.id === 'string' && SANE.test(identified.id) ? identified.id : undefined;
      const trusts = req.app.get('trust proxy fn') as (address: string | undefined, hop: number) => boolean;
      const proxied = trusts(req.socket.remoteAddress, 0) ? req.get(HEADER) : undefined;
      res.setHeader(HEADER, given ?? (proxied !== undefined && SANE.test(proxied) ? proxied : randomUUID()));
    }
    identified.id ??= requestIdOf(res);
    next();
  };
}

/** Undefined where `requestIdHandler` has not run. */
export function requestIdOf(res: ServerResponse): string | undefined {
  const id = res.getHeader(HEADER);
  return typeof id === 'string' ? id : undefined;
}
