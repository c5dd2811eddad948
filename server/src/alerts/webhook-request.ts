import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { DeliveryError } from '../core/webhooks.js';
import { AddressRefusedError, checkedLookup, type Resolver } from './checked-lookup.js';
import { hostOf, judgeUrl, portOf, type UrlRules } from './webhook-url.js';

/** What a receiver says beyond its status is dropped, and not read for ever. */
const MAX_ANSWER_BYTES = 65_536;

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface WebhookAnswer {
  readonly ok: boolean;
  readonly status: number | null;
  readonly error: DeliveryError | null;
}

export interface RequestRules extends UrlRules {
  readonly resolver: Resolver;
  /** For receivers whose certificate no public authority signed. */
  readonly ca?: string | undefined;
}

/**
 * One POST over a connection of its own, to an address that was judged. Follows no redirect. Never rejects; `timeoutMs`
 * holds from the look-up of the name to the end of the answer.
 */
export function postWebhook(post: WebhookRequest, rules: RequestRules): Promise<WebhookAnswer> {
  const verdict = judgeUrl(post.url, rules);
  if (!verdict.ok) return Promise.resolve(failed('url-refused'));
  const { url } = verdict;
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    let ended = false;
    const end = (answer: WebhookAnswer): void => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      post.signal?.removeEventListener('abort', abort);
      request.destroy();
      resolve(answer);
    };
    const abort = (): void => end(failed('timeout'));
    const timer = setTimeout(abort, post.timeoutMs);
    const request = send({
      protocol: url.protocol,
      hostname: hostOf(url),
      port: portOf(url),
      path: `${url.pathname}${url.search}`,
      method: 'POST',
      headers: { ...post.headers, 'Content-Length': Buffer.byteLength(post.body) },
      // A pooled connection was opened by the name that another look-up judged.
      agent: false,
      lookup: checkedLookup(rules.resolver, rules.allowPrivateAddresses),
      ...(rules.ca === undefined ? {} : { ca: rules.ca }),
    });
    request.on('error', (error) => end(failed(classOf(error))));
    request.on('response', (response) => {
      const status = response.statusCode ?? 0;
      // Node lets any three digits through; this is no HTTP, and no store has a place for it.
      if (status < 100 || status > 999) return end(failed('connection'));
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) end({ ok: false, status, error: 'response-too-large' });
      });
      response.on('error', (error) => end({ ok: false, status, error: classOf(error) }));
      response.on('end', () => end(judged(status)));
    });
    post.signal?.addEventListener('abort', abort);
    if (post.signal?.aborted) abort();
    else request.end(post.body);
  });
}

function judged(status: number): WebhookAnswer {
  if (status >= 200 && status < 300) return { ok: true, status, error: null };
  return { ok: false, status, error: status >= 300 && status < 400 ? 'redirect' : 'status' };
}

function failed(error: DeliveryError): WebhookAnswer {
  return { ok: false, status: null, error };
}

function classOf(error: Error & { code?: string }): DeliveryError {
  if (error instanceof AddressRefusedError) return 'address-refused';
  const code = error.code ?? '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') return 'name-not-found';
  if (code === 'ETIMEDOUT') return 'timeout';
  if (/CERT|TLS|SSL|EPROTO|SELF_SIGNED|UNABLE_TO/.test(code)) return 'tls';
  return 'connection';
}
