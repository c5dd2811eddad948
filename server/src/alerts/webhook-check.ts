import { AddressRefusedError, publicAddresses, type Resolver, systemResolver } from './checked-lookup.js';
import { hostOf, judgeUrl, type UrlRules } from './webhook-url.js';

/** A name server that does not answer must not hold a request; each delivery asks again anyway. */
const PATIENCE_MS = 3_000;

export type UrlCheck = { readonly ok: true; readonly href: string } | { readonly ok: false; readonly reason: string };

/**
 * What a webhook may be made with: judged as a text, and by what its name stands for now. A name that stands for nothing
 * yet is let through, for every delivery judges it anew.
 */
export async function checkWebhookUrl(
  text: unknown,
  rules: UrlRules,
  resolver: Resolver = systemResolver,
): Promise<UrlCheck> {
  const verdict = judgeUrl(text, rules);
  if (!verdict.ok) return verdict;
  const { url } = verdict;
  if (rules.allowPrivateAddresses) return { ok: true, href: url.href };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  try {
    await Promise.race([publicAddresses(resolver, hostOf(url)), late]);
  } catch (error) {
    if (error instanceof AddressRefusedError) return { ok: false, reason: 'must not lead to a private address' };
  } finally {
    clearTimeout(timer);
  }
  return { ok: true, href: url.href };
}
