import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { checkWebhookUrl } from '../../src/alerts/webhook-check.js';
import { verifyWebhook } from '../../src/alerts/webhook-signature.js';
import { isApiKey } from '../../src/core/api-key-format.js';
import { scaled } from '../../src/core/decimal.js';
import { durationMs } from '../../src/core/duration.js';
import { entryId } from '../../src/core/resource.js';
import { prefixScope } from '../../src/core/scope.js';
import { tagList } from '../../src/core/tags.js';
import { tenantId } from '../../src/core/tenant-id.js';
import { csvLine } from '../../src/http/csv.js';
import { versionsOf } from '../../src/http/if-match.js';
import { parseKey } from '../../src/l2/redis-keys.js';
import { cacheControl, parseDirectives } from '../../src/response/cache-control.js';
import { matchesWeakly } from '../../src/response/conditionals.js';
import { listMembers, trimSpace } from '../../src/response/fields.js';
import { httpDateMs } from '../../src/response/http-dates.js';
import { canonicalHost, sortedQuery } from '../../src/response/request-target.js';
import { fromHeader } from '../../src/tenant/from-header.js';
import { fromJwt } from '../../src/tenant/from-jwt.js';
import { fromSubdomain } from '../../src/tenant/from-subdomain.js';
import { EVIL_SHAPES, evilText, evilTexts, patternsOf } from './source-patterns.js';

const folder = (below: string) => fileURLToPath(new URL(below, import.meta.url));
const LENGTH = 51_000;
/** Of the processor's time. The target is 10 ms: a slow machine keeps this, where a quadratic match takes seconds. */
const MOST_MS = 250;
/** Below this, a measured ratio is chance. */
const NOISE_MS = 4;

/** Of this process alone: what a busy machine gives to others, or stands still for, is no cost of a match. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** The least of some: what was compiled or collected meanwhile is no cost of the match either. */
function leastMs(work: () => void, times = 3): number {
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < times && (n === 0 || least > NOISE_MS); n++) {
    const startedMs = processorMs();
    work();
    least = Math.min(least, processorMs() - startedMs);
  }
  return least;
}

/**
 * Whether a match of a third of the length is so quick that one of the whole, were it quadratic, stayed below the noise.
 * Of the clock, which counts no less than the processor's time and is read for nothing.
 */
function isHarmless(run: (text: string) => unknown, third: string): boolean {
  const startedMs = performance.now();
  run(third);
  return performance.now() - startedMs < NOISE_MS / 9;
}

/** One that takes four times as long for a text twice as long is quadratic, however quick this machine is. */
function assertLinear(name: string, run: (text: string) => unknown): void {
  for (const shape of EVIL_SHAPES) {
    if (isHarmless(run, evilText(shape, LENGTH / 3))) continue;
    const text = evilText(shape, LENGTH);
    const wholeMs = leastMs(() => run(text));
    const seen = `${name}: ${wholeMs.toFixed(1)} ms for ${JSON.stringify(text.slice(0, 12))}…`;
    assert.ok(wholeMs < MOST_MS, seen);
    if (wholeMs < NOISE_MS) continue;
    const half = evilText(shape, LENGTH / 2);
    const halfMs = leastMs(() => run(half), 9);
    const againMs = leastMs(() => run(text), 9);
    assert.ok(
      Math.min(wholeMs, againMs) < 3 * halfMs + NOISE_MS,
      `${seen}, ${againMs.toFixed(1)} ms the next nine times, and ${halfMs.toFixed(1)} ms for half of it`,
    );
  }
}

const server = patternsOf(folder('../../src/'));
const dashboard = patternsOf(folder('../../../dashboard/'));
const example = patternsOf(folder('../../example/src/'));

/** What only options of the operator or answers of Redis are matched with, and no request. */
const NOT_OF_A_REQUEST: Record<string, string> = {
  'l1/memory-pressure.ts': 'flags of this process',
  'data/prometheus-client.ts': 'an address that the operator gives',
  'read-environment.ts': 'an address that the operator gives',
};
/** Files that make some from texts, and what is matched there: a new one needs a reader below, or a reason here. */
const MADE_FROM_TEXTS: Record<string, string> = {
  'core/tenant-id-option.ts': 'the pattern is the operator’s, and meets ids that the grammar let pass: 64 characters',
  'core/api-key-format.ts': 'reader below',
  'response/http-dates.ts': 'reader below',
  'l2/info-fields.ts': 'INFO of Redis',
  'l2/placement.ts': 'INFO of Redis',
  'l2/redis-requirements.ts': 'INFO of Redis',
  'data/environment.ts': 'options of the operator',
};

describe('attack 27: regular expressions on 50 kB that were made for them', () => {
  const all = Object.entries({ server, dashboard, example }).flatMap(([part, { literals }]) =>
    literals.map(({ where, pattern }) => ({ name: `${part} ${where} ${pattern}`, where, pattern })),
  );
  const ofRequests = all.filter(({ where }) => !Object.keys(NOT_OF_A_REQUEST).some((file) => where.startsWith(file)));
  /** What is written in several places is matched once. */
  const distinct = [...new Map(ofRequests.map((one) => [String(one.pattern), one])).values()];

  it('finds them in the source', () => {
    expect(server.literals.length).toBeGreaterThan(50);
    expect(dashboard.literals.length).toBeGreaterThan(10);
    const made = [...server.made, ...dashboard.made, ...example.made];
    expect(made.filter((file) => MADE_FROM_TEXTS[file] === undefined)).toEqual([]);
  });

  it.each(distinct)('$name', ({ name, pattern }) => {
    // As replaceAll and matchAll use it: on from each match, to the end.
    assertLinear(name, (text) => (pattern.global ? text.replace(pattern, '') : pattern.test(text)));
  });

  it('would find one that is quadratic, and one that is worse', () => {
    expect(() => assertLinear('quadratic', (text) => /\s+$/.test(text.slice(text.length / 2)))).toThrow(/quadratic: /);
    expect(() => assertLinear('worse', (text) => /^(a|a)*$/.test(`${text.slice(0, 26)}!`))).toThrow(/worse: /);
  });
});

describe('attack 27: what reads requests, on the same texts', () => {
  const secret = 's'.repeat(32);
  const jwt = fromJwt({ secret });
  const subdomain = fromSubdomain({ baseDomain: 'example.com' });
  const header = fromHeader({ trustedProxy: 'any' });
  const socket = { remoteAddress: '127.0.0.1' };
  const readers: Record<string, (text: string) => unknown> = {
    'tenant id': tenantId,
    'key of an entry': (text) => entryId('r', text),
    prefix: (text) => prefixScope('r', text),
    tags: (text) => tagList([text]),
    'key of Redis': (text) => parseKey(`tenant:{a}:${text}`),
    'If-Match': versionsOf,
    'Authorization, without a scheme': (text) => jwt({ headers: { authorization: text } } as never),
    Host: (text) => subdomain({ headersDistinct: { host: [text] } } as never),
    'Host, under the base domain': (text) => subdomain({ headersDistinct: { host: [`${text}.example.com`] } } as never),
    'header of a tenant': (text) => header({ headers: { 'x-tenant-id': text }, socket } as never),
    'signature of a webhook': (text) => verifyWebhook({ secret, header: text, body: '' }),
    duration: (text) => durationMs(text as never, 'ttl'),
    decimal: (text) => scaled(text, 6),
    'API key': isApiKey,
    'Cache-Control': (text) => [parseDirectives(text), cacheControl([['Cache-Control', text]])],
    'If-None-Match': (text) => matchesWeakly(text, '"etag"'),
    'list in a field': (text) => listMembers(text).map(trimSpace),
    date: (text) => httpDateMs(text, 0),
    'host of a stored answer': canonicalHost,
    'query of a stored answer': (text) => sortedQuery(`/?${text}`),
    CSV: (text) => csvLine([text, text]),
  };

  it.each(Object.entries(readers))('%s', (name, read) => {
    assertLinear(name, (text) => {
      try {
        const answer = read(text);
        if (answer instanceof Promise) answer.catch(() => {});
      } catch (error) {
        // Refused is an answer too, and has to come as quickly.
        if ((error as { code?: string }).code === undefined && !(error instanceof Error)) throw error;
      }
    });
  });

  it('URL of a webhook', async () => {
    const rules = { allowHttp: false, allowPrivateAddresses: false };
    let slowestMs = 0;
    for (const text of evilTexts(LENGTH)) {
      const startedMs = processorMs();
      await checkWebhookUrl(`https://${text}/`, rules, async () => []).catch(() => {});
      slowestMs = Math.max(slowestMs, processorMs() - startedMs);
    }
    expect(slowestMs).toBeLessThan(MOST_MS);
  });
});
