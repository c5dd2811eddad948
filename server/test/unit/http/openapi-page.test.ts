import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { openApiOf } from '../../../src/http/openapi.js';
import { pageOfApi } from '../../../src/http/openapi-page.js';
import { AdminApp, bearer } from './admin-app.js';
import { DescribedApi } from './described-api.js';
import { OwnApp } from './own-app.js';

const page = () => request(new AdminApp().app).get('/admin/docs').set(bearer('viewer')).expect(200);

describe('the page of an API', () => {
  it('may load and run nothing, and its one style is known by its hash', async () => {
    const { text, headers } = await page();
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(headers['cache-control']).toBe('no-store');
    expect(text).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|src=| style=| on\w+=/i);
    const targets = [...text.matchAll(/href="([^"]*)"/g)].map(([, target]) => target);
    expect(targets.filter((target) => !target?.startsWith('#'))).toEqual(['openapi.json']);
  });

  it('lists every operation under an anchor, and no link of it leads nowhere', async () => {
    const { text } = await page();
    const { body } = await request(new AdminApp().app).get('/admin/openapi.json').set(bearer('viewer'));
    const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(ids).toEqual([...new Set(ids)]);
    for (const { operationId } of new DescribedApi(body).operations.values()) expect(ids).toContain(operationId);
    for (const [, target] of text.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
  });

  it('is there for tenants, of their own API', async () => {
    const { text } = await request(new OwnApp().app).get('/cache/docs').set('x-tenant', 'acme').expect(200);
    expect(text).toContain('tenantcache tenant API');
    expect(text).not.toContain('/webhooks');
    await request(new OwnApp({ bound: false }).app)
      .get('/cache/docs')
      .expect(401);
  });

  it('shows what it is given as text', () => {
    const hostile = `<script>alert(1)</script>"'&`;
    const html = pageOfApi(
      openApiOf({
        title: hostile,
        description: hostile,
        credentials: hostile,
        problems: { always: [], idempotent: false },
        routes: [
          {
            method: 'get',
            path: `/a/:b${hostile}`,
            operationId: hostile,
            tag: hostile,
            summary: hostile,
            description: `\`${hostile}\``,
            answers: { 200: { description: hostile, mediaType: hostile } },
          },
        ],
      }),
    );
    expect(html).not.toContain('<script');
    expect(html).not.toContain(`"'&"`);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;');
  });
});
