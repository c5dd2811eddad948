import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CacheEvent } from '../../src/core/events.js';
import { tenantId } from '../../src/core/tenant-id.js';
import { postgresTenants } from '../../src/postgres/index.js';
import { type WorkerProgram, workerProgram } from '../fakes/worker-process.js';
import { type Canary, canary, leaksIn } from './31-canaries-planted.js';

interface Report {
  canaries: Canary[];
  events: CacheEvent[];
  spans: { name: string }[];
  metrics: string;
  codes: string[];
}

/** What has to have happened, or silence would prove nothing; three need another day, or more memory. */
const EVENTS = [
  'alert breaker bus collect converging eviction fleet-changed flush invalidation journal leader load-error',
  'observed-eviction patrol quota-state reconciled rejection settings-changed stale-served store-error',
  'unreadable-entry webhook write-behind-failure',
].flatMap((line) => line.split(' ')); // prettier-ignore
const CODES = [
  'APPLICATION ENTRY_TOO_LARGE KEY_INVALID LOAD_TIMEOUT OPTION_INVALID QUOTA_EXCEEDED RESOURCE_INVALID',
  'STORE_MISCONFIGURED STORE_UNAVAILABLE TAG_INVALID TENANT_INVALID TENANT_NOT_FOUND TENANT_SUSPENDED VALUE_NOT_CACHEABLE',
].flatMap((line) => line.split(' ')); // prettier-ignore
const SPANS = ['getOrSet', 'l2.invalidate', 'l2.read', 'l2.write', 'load', 'refresh'];
/** Lines of the log; those about one event are held to their table by another test. */
const MESSAGES = [
  'a call failed',
  'a task of the leader failed, and is tried again',
  'a write-behind item was given up, see its dead letters',
  'Redis connection failed; trying again',
  'Redis connection stands again',
  'shared store breaker',
  'shared store gave no answer',
  'shared store not ready, serving without it',
  'unreadable entry, treated as a miss',
  'usage flush failed, kept for the next',
  'usage was not collected, kept in the journal',
];

let program: WorkerProgram | undefined;
let report: Report;
let output = '';
let errors = '';

beforeAll(async () => {
  program = await workerProgram(new URL('./31-canaries-worker.ts', import.meta.url));
  const pinoAt = new URL('../../example/package.json', import.meta.url);
  const ran = program.run([], pinoAt.href);
  if (!ran.alive) throw new Error(`the process failed:\n${ran.errors.slice(-3_000)}\n${ran.output.slice(-3_000)}`);
  const [printed = '', told = ''] = ran.output.split('\nREPORT ');
  output = printed;
  errors = ran.errors;
  report = JSON.parse(told);
}, 300_000);
afterAll(() => program?.remove());

const none: string[] = [];
const leaks = (text: string) => [...new Set(leaksIn(text, report.canaries))];

describe('a process in which everything is done and everything fails', () => {
  it('did it all', () => {
    const events = new Set<string>(report.events.map(({ type }) => type));
    expect(EVENTS.filter((type) => !events.has(type))).toEqual(none);
    expect(CODES.filter((code) => !report.codes.includes(code))).toEqual(none);
    const spans = new Set(report.spans.map(({ name }) => name));
    expect(SPANS.filter((name) => !spans.has(`tenantcache.${name}`))).toEqual(none);
    expect(MESSAGES.filter((message) => !output.includes(`"msg":"${message}"`))).toEqual(none);
    expect(report.metrics).toContain('tenantcache_requests_total{tenant="calm"}');
    expect(report.metrics).toContain('# EOF');
    expect(report.canaries.length).toBeGreaterThan(1_000);
    expect(new Set(report.canaries.map(({ place }) => place)).size).toBeGreaterThan(50);
    // Express, and a library about the password of a Redis that had none at that time.
    expect(errors).toContain('TenantCacheError: The key is not valid.');
    expect(errors).toContain('[WARN]');
  });

  it('logs no key, tag, token, value, secret or URL, at any level', () => expect(leaks(output)).toEqual(none));
  it('prints none as an error or a warning', () => expect(leaks(errors)).toEqual(none));
  it('tells observers none', () => expect(leaks(JSON.stringify(report.events))).toEqual(none));
  it('exports none to Prometheus', () => expect(leaks(report.metrics)).toEqual(none));
  it('writes none to a span', () => expect(leaks(JSON.stringify(report.spans))).toEqual(none));
});

describe('a canary', () => {
  const sung = canary('here');
  const bytes = Buffer.from(sung.text);
  it.each([
    ['as it is', `key=${sung.text}.`],
    ['in capitals', sung.text.toUpperCase()],
    ['as hex', `0x${bytes.toString('hex')}`],
    ['as base64', bytes.toString('base64')],
    ['within base64', Buffer.from(`{"a":"${sung.text}"}`).toString('base64url')],
    ['within base64, elsewhere', Buffer.from(`{"ab":"${sung.text}"}`).toString('base64')],
  ])('is heard %s', (_, text) => expect(leaksIn(text, [sung, canary('elsewhere')])).toEqual(['here']));
});

it('a database that is not there leaves its password out of the error', async () => {
  const password = canary('password of Postgres');
  const url = `postgresql://app:${password.text}@127.0.0.1:1/none`;
  const directory = postgresTenants({ url, adminUrl: url });
  const error: unknown = await directory.find(tenantId('a')).catch((reason: unknown) => reason);
  await directory.close();
  expect(error).toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' });
  expect(leaksIn(inspect(error, { depth: 20, showHidden: true }), [password])).toEqual(none);
});
