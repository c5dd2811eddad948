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
      await askForPages(stage, base, token);
      await send(stage, 'GET', `${base}/own/usage`, token);
      await send(stage, 'GET', `${base}/own/entries?resource=item&prefix=${stage.plant('prefix')}`, token);
      await send(stage, 'GET', `${base}/own/entries/item/${stage.plant('key in a path')}`, token);
      await send(stage, 'GET', `${base}/own/usage/days?from=${stage.plant('query')}`, token);
    }
  }
}

/** Answers that are kept: cold, again, by condition, made void, and of a handler that fails. */
async function askForPages(stage: Stage, base: string, token: string): Promise<void> {
  const page = `${base}/pages/${stage.plant('path of an answer')}?q=${stage.plant('query of an answer')}`;
  const headers = {
    authorization: `Bearer ${token}`,
    cookie: `session=${stage.plant('cookie of an answer')}`,
    host: `${stage.plant('host')}.example`,
    'x-forwarded-host': stage.plant('forwarded host'),
  };
  // With a condition `fetch` asks for a reload, so that nothing kept is answered.
  const condition = { 'if-none-match': `"${stage.plant('ETag of a client')}"` };
  let hits = 0;
  for (const [method, more] of [['GET'], ['GET'], ['HEAD'], ['GET', condition], ['POST'], ['GET']] as const) {
    const answer = await fetch(page, { method, headers: { ...headers, ...more } });
    await answer.arrayBuffer();
    if (/; hit/.test(answer.headers.get('cache-status') ?? '')) hits++;
  }
  stage.pagesKept += hits;
  await send(stage, 'GET', `${base}/failing/${stage.plant('path of an answer')}`, token);
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
  const key = stage.plant('key of an entry');
  await stage.attempt(() => stage.cache.forTenant('calm').set('item', key, stage.plant('value of an entry')));
  const entries = '/tenants/calm/entries';
  await call('GET', `${entries}?resource=item&prefix=${stage.plant('prefix')}`);
  await call('GET', `${entries}?cursor=${stage.plant('cursor')}`);
  await call('GET', `${entries}/item/${key}`);
  await call('POST', `${entries}/value`, json({ resource: 'item', key, reason: reason() }));
  await call('POST', `${entries}/delete`, json({ resource: 'item', key, reason: reason() }));
  await call('POST', '/tenants/calm/invalidate', json({ tags: [stage.plant('tag')], reason: reason() }));
  await call('POST', '/tenants/calm/invalidate', json({ resource: 'item', keys: [key], reason: reason() }));
  const minted = await call(
    'POST',
    '/tenants/calm/keys',
    json({ name: stage.plant('name of an API key'), scopes: ['entries:read'], reason: reason() }),
  );
  const { key: apiKey } = (await minted.json()) as { key?: string };
  if (apiKey === undefined) throw new Error(`an API key was answered ${minted.status}`);
  stage.canaries.push({ place: 'API key', text: apiKey });
  await call('GET', '/tenants', undefined, { 'idempotency-key': stage.plant('idempotency key') });
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
