import type { RequestHandler } from 'express';
import helmet from 'helmet';

const DATA_ONLY = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
  },
  xFrameOptions: { action: 'deny' as const },
};

/**
 * For answers that are data: nothing in them runs, is framed, or is read by another site; there are no CORS headers. A
 * page sets a policy of its own after it. HSTS over https alone: elsewhere a browser ignores it.
 */
export function securityHeaders(): RequestHandler {
  const overTls = helmet(DATA_ONLY);
  const plain = helmet({ ...DATA_ONLY, strictTransportSecurity: false });
  return (req, res, next) => {
    // Answers differ by who asks, and the address does not.
    res.setHeader('Cache-Control', 'no-store');
    (req.secure ? overTls : plain)(req, res, next);
  };
}
