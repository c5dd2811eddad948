import type { RequestHandler } from 'express';

/** What this route needs of a prom-client registry. */
export interface MetricsSource {
  readonly contentType: string;
  metrics(): Promise<string>;
}

/** The registry in Prometheus' text format. It names tenants: serve it to the scraper only. */
export function metricsHandler(registry: MetricsSource): RequestHandler {
  return (_req, res, next) => {
    registry.metrics().then((text) => {
      res.setHeader('Content-Type', registry.contentType);
      res.setHeader('Cache-Control', 'no-store');
      res.end(text);
    }, next);
  };
}
