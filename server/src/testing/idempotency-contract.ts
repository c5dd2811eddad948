import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { IdempotencyStore, IdempotentRequest, KeptAnswer } from '../core/idempotency.js';
import type { TestKit } from './test-kit.js';

export interface IdempotencyUnderTest {
  readonly store: IdempotencyStore;
  /** Moves this request's times that far into the past. */
  readonly age: (id: string, ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const ANSWER: KeptAnswer = { status: 201, headers: { ETag: '"1"' }, body: '{"a":"ü"}' };
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** What every store of idempotency keys must do. */
export function idempotencyContract(
  { describe, it }: TestKit,
  name: string,
  open: () => Promise<IdempotencyUnderTest>,
): void {
  const hash = () => randomBytes(32).toString('hex');
  const test = (title: string, body: (under: IdempotencyUnderTest, request: IdempotentRequest) => Promise<void>) =>
    it(title, async () => {
      const under = await open();
      try {
        await body(under, { id: hash(), fingerprint: hash() });
      } finally {
        await under.close();
      }
    });
  const begun = async ({ store }: IdempotencyUnderTest, request: IdempotentRequest) => {
    const start = await store.begin(request);
    assert.equal(start.kind, 'begun');
    return (start as { token: string }).token;
  };

  describe(`IdempotencyStore contract: ${name}`, () => {
    test('begins once, is running until it is finished, and answers then', async (under, request) => {
      const token = await begun(under, request);
      assert.deepEqual(await under.store.begin(request), { kind: 'running' });
      assert.equal(await under.store.finish(request.id, token, ANSWER), true);
      assert.deepEqual(await under.store.begin(request), { kind: 'answered', answer: ANSWER });
    });

    test('lets one of 64 begin that come at once', async (under, request) => {
      const starts = await Promise.all(Array.from({ length: 64 }, () => under.store.begin(request)));
      assert.deepEqual(starts.map(({ kind }) => kind).sort(), ['begun', ...Array(63).fill('running')]);
    });

    test('knows another request under the same key, while it runs and after', async (under, request) => {
      const other = { ...request, fingerprint: hash() };
      const token = await begun(under, request);
      assert.deepEqual(await under.store.begin(other), { kind: 'mismatch' });
      await under.store.finish(request.id, token, ANSWER);
      assert.deepEqual(await under.store.begin(other), { kind: 'mismatch' });
      await begun(under, { ...request, id: hash() });
    });

    test('forgets what was given up, for another request as well', async (under, request) => {
      const token = await begun(under, request);
      await under.store.abandon(request.id, hash().slice(0, 8).concat('-0000-4000-8000-000000000000'));
      assert.deepEqual(await under.store.begin(request), { kind: 'running' });
      await under.store.abandon(request.id, token);
      await begun(under, { ...request, fingerprint: hash() });
    });

    test('keeps an answer that was given, whoever gives up or finishes afterwards', async (under, request) => {
      const token = await begun(under, request);
      await under.store.finish(request.id, token, ANSWER);
      await under.store.abandon(request.id, token);
      assert.equal(await under.store.finish(request.id, token, { ...ANSWER, status: 500 }), false);
      assert.deepEqual(await under.store.begin(request), { kind: 'answered', answer: ANSWER });
    });

    test('lets the same request run again a minute after it began, and drops the late outcome', async (under, request) => {
      const dead = await begun(under, request);
      await under.age(request.id, MINUTE_MS - 5_000);
      assert.deepEqual(await under.store.begin(request), { kind: 'running' });
      await under.age(request.id, 6_000);
      assert.deepEqual(await under.store.begin({ ...request, fingerprint: hash() }), { kind: 'mismatch' });
      const alive = await begun(under, request);
      assert.equal(await under.store.finish(request.id, dead, { ...ANSWER, status: 500 }), false);
      assert.equal(await under.store.finish(request.id, alive, ANSWER), true);
      assert.deepEqual(await under.store.begin(request), { kind: 'answered', answer: ANSWER });
    });

    test('answers for a day', async (under, request) => {
      const token = await begun(under, request);
      await under.store.finish(request.id, token, ANSWER);
      await under.age(request.id, DAY_MS - 30_000);
      assert.equal((await under.store.begin(request)).kind, 'answered');
      await under.age(request.id, 60_000);
      await begun(under, { ...request, fingerprint: hash() });
    });
  });
}
