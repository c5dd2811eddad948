import type { IncomingMessage } from 'node:http';
import { assertOptionNames, invalidOption } from '../core/options.js';

export interface FromSubdomainOptions {
  /** `example.com` takes the tenant `acme` from `acme.example.com`. */
  baseDomain: string;
}

const WHERE = 'fromSubdomain()';
const DOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const LABEL = /^[a-z0-9][a-z0-9_-]{0,62}$/;
const PORT = /^:\d{1,5}$/;

/**
 * Takes the tenant from the one label before `baseDomain` in the Host header; any other host has no tenant.
 * Host names do not tell upper from lower case, so the label is read in lower case. `X-Forwarded-Host` is not read.
 * @throws TenantCacheError `OPTION_INVALID` at construction
 */
export function fromSubdomain(options: FromSubdomainOptions): (req: IncomingMessage) => string | undefined {
  assertOptionNames(WHERE, options, ['baseDomain']);
  const { baseDomain } = options;
  if (typeof baseDomain !== 'string' || !DOMAIN.test(baseDomain.toLowerCase())) {
    throw invalidOption(WHERE, `baseDomain: ${String(baseDomain)}`, 'a host name without scheme, port or leading dot');
  }
  const suffix = `.${baseDomain.toLowerCase()}`;
  return (req) => {
    const hosts = req.headersDistinct.host;
    // Two Host headers: a proxy may have looked at the other one.
    if (hosts?.length !== 1) return undefined;
    const host = (hosts[0] ?? '').toLowerCase();
    const end = host.indexOf(suffix);
    if (end < 1 || end > 63) return undefined;
    const rest = host.slice(end + suffix.length);
    const label = host.slice(0, end);
    return LABEL.test(label) && (rest === '' || PORT.test(rest)) ? label : undefined;
  };
}
