import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { RequestHandler } from 'express';

/** What this route needs of the exporter. */
export interface MetricsSource {
  /** @param accept the header of the request, which may ask for OpenMetrics */
  scrape(accept: string | undefined): Promise<{ readonly contentType: string; readonly body: Buffer }>;
  contentType(accept: string | undefined): string;
}

const compress = promisify(gzip);
/** Series repeat each other: the fastest level makes a twentieth of it, and does it off the event loop. */
const GZIP = { level: constants.Z_BEST_SPEED };

/** The figures as Prometheus reads them. They name tenants: serve them to the scraper only. */
export function metricsHandler(source: MetricsSource): RequestHandler {
  return (req, res, next) => {
    const { accept } = req.headers;
    const zipped = req.acceptsEncodings('gzip', 'identity') === 'gzip';
    const answer = async () => {
      res.setHeader('Cache-Control', 'no-store');
      res.setHeader('Content-Type', source.contentType(accept));
      if (zipped) res.setHeader('Content-Encoding', 'gzip');
      if (req.method === 'HEAD') return res.end();
      const { body } = await source.scrape(accept);
      return res.end(zipped ? await compress(body, GZIP) : body);
    };
    answer().catch((error: unknown) => {
      for (const name of ['Content-Type', 'Content-Encoding']) res.removeHeader(name);
      next(error);
    });
  };
}
