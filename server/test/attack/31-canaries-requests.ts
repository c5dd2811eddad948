import { until } from '../fakes/redis-process.js';
import type { Stage } from './31-canaries-stage.js';

/** Requests with canaries in all that a client may send, to routes that answer and to routes that refuse. */
export async function request(stage: Stage): Promise<void> {
  const expired = await stage.token('calm', {}, -60);
  const [garbage, refused] = [stage.plant('garbage token'), stage.plant('claim that is no tenant')];
  const tokens = [await stage.token('calm'), await stage.token('full'), await stage.token('gone'), expired];
  tokens.push(await stage.token(`${refused}:{x}`), await stage.token('nobody'), `${garbage}.${garbage}.${garbage}`);
  for (const base of [stage.url, stage.bareUrl]) {
    for (const token of tokens) {
      await send(stage, 'GET', `${base}/items/${stage.plant('key in a path')}`, token);
      await send(stage, 'PUT', `${base}/items/${stage.plant('key in a path')}`, token, 'text/plain');
      await send(stage, 'POST', `${base}/items/${stage.plant('key in a path')}`, token);
      await send(stage, 'GET', `${base}/items/${stage.plant('key in a path').repeat(300)}`, token);
      await send(stage, 'GET', `${base}/own/usage`, token);
      await send(stage, 'GET', `${base}/own/usage/days?from=${stage.plant('query')}`, token);
    }
  }
}

/** The admin API, by who may and who may not. */
export async function administer(stage: Stage): Promise<void> {
  const at = (path: string) => `${stage.url}/admin${path}`;
  const reason = () => stage.plant('reason of the audit');
  const json = (body: object) => JSON.stringify(body);
  const call = (method: string, path: string, body?: string, headers: Record<string, string> = {}) =>
    fetch(at(path), {
      method,
      headers: { authorization: `Bearer ${stage.adminToken}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body }),
    });
  const changed = async (path: string, body: object, method = 'PATCH') => {
    const etag = (await call('GET', path)).headers.get('etag') ?? '';
    const answer = await call(method, path, json({ ...body, reason: reason() }), { 'if-match': etag });
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}`);
  };
  await changed('/tenants/small/quota', { quotaMb: 1 });
  await changed('/tenants/watched/quota', { enforcement: 'hard' });
  await changed('/fleet', { sharedStoreBypassed: true });
  await stage.attempt(() => stage.cache.forTenant('calm').set('item', stage.plant('key'), stage.plant('value')));
  await changed('/fleet', { sharedStoreBypassed: false });
  const { origin } = new URL(stage.receiverUrl);
  const url = `${origin}/${stage.plant('path of a webhook')}?token=${stage.plant('query of a webhook')}`;
  const made = await call('POST', '/webhooks', json({ url, reason: reason() }));
  const { id, secret } = (await made.json()) as { id: string; secret: string };
  stage.canaries.push({ place: 'secret of a webhook', text: secret.slice('whsec_'.length) });
  await call('POST', `/webhooks/${id}/ping`, json({ reason: reason() }));
  await call('POST', '/webhooks', json({ url: `ftp://${stage.plant('URL that is refused')}`, reason: reason() }));
  await call('POST', '/tenants/watched/clear', json({ reason: reason() }));
  await call('POST', '/tenants/small/reconcile', json({ reason: reason() }));
  await call('POST', '/tenants/small/clear', `{"${stage.plant('broken body')}`);
  await call('POST', '/tenants/small/clear', json({ [stage.plant('unknown field')]: 1, reason: reason() }));
  await call('POST', '/tenants/small/clear', json({ reason: stage.plant('long body').repeat(2_000) }));
  await call('GET', `/tenants?search=${stage.plant('query')}&${stage.plant('unknown query')}=1`);
  await call('GET', `/${stage.plant('unknown route')}`);
  await call('PATCH', '/tenants/small/quota', json({ quotaMb: 1, reason: reason() }), {
    'if-match': `"${stage.plant('ETag')}"`,
  });
  for (const path of ['/tenants', '/nodes', '/audit', '/alerts', '/webhooks', `/webhooks/${id}/deliveries`]) {
    await call('GET', path);
    await call('GET', path, undefined, { authorization: `Bearer ${stage.plant('wrong admin token')}` });
  }
  await until(() => stage.events.some(({ type }) => type === 'webhook'), 20_000);
}

/** What a scraper gets, in each format. */
export async function scrape(stage: Stage): Promise<string> {
  const formats = ['text/plain', 'application/openmetrics-text; version=1.0.0'];
  const texts = formats.map(async (accept) => (await fetch(`${stage.url}/metrics`, { headers: { accept } })).text());
  return (await Promise.all(texts)).join('\n');
}

async function send(stage: Stage, method: string, url: string, token: string, type?: string): Promise<void> {
  const response = await fetch(`${url}${url.includes('?') ? '&' : '?'}q=${stage.plant('query')}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      cookie: `session=${stage.plant('cookie')}`,
      'x-request-id': stage.plant('request id of a client'),
      'idempotency-key': stage.plant('idempotency key'),
      tracestate: `vendor=${stage.plant('trace state')}`,
      ...(type && { 'content-type': type }),
    },
    ...(type && { body: stage.plant('body').repeat(400) }),
  });
  await response.arrayBuffer();
}
