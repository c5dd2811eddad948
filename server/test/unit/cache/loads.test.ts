import { afterEach, describe, expect, it } from '@jest/globals';
import { defineResource } from '../../../src/index.js';
import { closeCaches, gate, memoryCache, ownCalendar, turn } from '../../fakes/memory-cache.js';

afterEach(closeCaches);

describe('timeouts', () => {
  it('gives a load up after the hard timeout, tells the factory, and loads anew for the next caller', async () => {
    const { a, events } = memoryCache();
    let aborted: unknown;
    const hang = a.getOrSet(
      'r',
      'k',
      ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted = signal.reason;
            reject(aborted);
          });
        }),
      { hardTimeout: 20 },
    );
    await expect(hang).rejects.toMatchObject({ code: 'LOAD_TIMEOUT', status: 504 });
    expect(aborted).toMatchObject({ code: 'LOAD_TIMEOUT' });
    expect(events).toContainEqual(expect.objectContaining({ type: 'load-error', code: 'LOAD_TIMEOUT' }));
    expect(await a.getOrSet('r', 'k', () => 'v')).toBe('v');
  });

  it('frees a factory that waits for its own key', async () => {
    const { a } = memoryCache();
    const own: Promise<unknown> = a.getOrSet('r', 'k', () => a.getOrSet('r', 'k', () => 1), { hardTimeout: 20 });
    await expect(own).rejects.toMatchObject({ code: 'LOAD_TIMEOUT' });
    expect(await a.getOrSet('r', 'k', () => 'v')).toBe('v');
  });

  it('answers the stale value after the soft timeout and stores what the load brings later', async () => {
    const later = ownCalendar();
    const { a } = memoryCache();
    const keep = { ttl: '10s', grace: '1m', softTimeout: 10 } as const;
    await a.getOrSet('r', 'k', () => 'old', keep);
    later(11_000);
    const { promise, release } = gate<string>();
    expect(await a.getOrSet('r', 'k', () => promise, keep)).toBe('old');
    release('new');
    await turn();
    expect(await a.get('r', 'k')).toBe('new');
  });

  it('waits for the load where there is nothing stale to answer', async () => {
    const { a } = memoryCache();
    const slow = a.getOrSet('r', 'k', () => new Promise((resolve) => setTimeout(resolve, 30, 'v')), {
      grace: '1m',
      softTimeout: 1,
    });
    expect(await slow).toBe('v');
  });
});

describe('callers who leave', () => {
  it('end their own wait with their own reason, and the load once all have gone', async () => {
    const { a } = memoryCache();
    const [first, second] = [new AbortController(), new AbortController()];
    let load: AbortSignal | undefined;
    const ask = ({ signal }: AbortController) =>
      a.getOrSet(
        'r',
        'k',
        (context) => {
          load = context.signal;
          return new Promise<string>(() => {});
        },
        { signal },
      );
    const answers = [ask(first), ask(second)];
    await turn();
    first.abort(new Error('first has gone'));
    await expect(answers[0]).rejects.toThrow('first has gone');
    expect(load?.aborted).toBe(false);
    second.abort(new Error('second has gone'));
    await expect(answers[1]).rejects.toThrow('second has gone');
    expect(load?.reason).toMatchObject({ code: 'LOAD_ABORTED' });
    expect(await a.getOrSet('r', 'k', () => 'v')).toBe('v');
  });

  it('do not end a load that somebody without a signal waits for', async () => {
    const { a } = memoryCache();
    const leaver = new AbortController();
    const { promise, release } = gate<string>();
    const left = a.getOrSet('r', 'k', () => promise, { signal: leaver.signal });
    const stays = a.getOrSet('r', 'k', () => 'other');
    await turn();
    leaver.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    release('v');
    expect(await stays).toBe('v');
  });

  it('who comes with an aborted signal starts nothing', async () => {
    const { a } = memoryCache();
    const refused = a.getOrSet('r', 'k', () => 'v', { signal: AbortSignal.abort(new Error('gone before')) });
    await expect(refused).rejects.toThrow('gone before');
    expect(a.metrics().loads).toBe(0);
  });

  it('and is not answered from L1 either, nor counted', async () => {
    const { a } = memoryCache();
    await a.set('r', 'k', 'v');
    const refused = a.getOrSet('r', 'k', () => 'v', { signal: AbortSignal.abort(new Error('gone before')) });
    await expect(refused).rejects.toThrow('gone before');
    expect(a.metrics().requests).toBe(0);
  });
});

describe('an invalidation during a load', () => {
  const invalidations = [
    ['a delete', (a: Handle) => a.delete('r', 'k1')],
    ['a set', (a: Handle) => a.set('r', 'k1', 'set')],
    ['a tag named by the call', (a: Handle) => a.invalidateTags(['named'])],
    ['a tag set inside the factory', (a: Handle) => a.invalidateTags(['inside'])],
    ['the resource', (a: Handle) => a.invalidateResource('r')],
    ['a prefix', (a: Handle) => a.invalidatePrefix('r', 'k')],
    ['a clear', (a: Handle) => a.clear()],
  ] as const;

  it.each(invalidations)(
    '%s wins: waiters get the value, later callers load anew, nothing old is kept',
    async (_, act) => {
      const { a } = memoryCache();
      const { promise, release } = gate<string>();
      const load = (tags: string[]) =>
        a.getOrSet(
          'r',
          'k1',
          async ({ setTags }) => {
            setTags(tags);
            return promise;
          },
          { tags: ['named'] },
        );
      const before = load(['named', 'inside']);
      await turn();
      await act(a);
      const after = a.getOrSet('r', 'k1', () => 'new');
      await turn();
      release('old');
      expect(await before).toBe('old');
      const expected = (await a.get('r', 'k1')) === 'set' ? 'set' : 'new';
      expect(await after).toBe(expected);
      expect(await a.get('r', 'k1')).toBe(expected);
    },
  );

  it.each([
    ['another key', (a: Handle) => a.delete('r', 'k2')],
    ['another tag', (a: Handle) => a.invalidateTags(['other'])],
    ['another resource', (a: Handle) => a.invalidateResource('r2')],
    ['another prefix', (a: Handle) => a.invalidatePrefix('r', 'k2')],
    ['another tenant', (_: Handle, b: Handle) => b.clear()],
  ] as const)('%s does not disturb it', async (_name, act) => {
    const { a, b } = memoryCache();
    const { promise, release } = gate<string>();
    const load = a.getOrSet('r', 'k1', () => promise, { tags: ['named'] });
    await turn();
    await act(a, b);
    release('v');
    await load;
    expect(await a.get('r', 'k1')).toBe('v');
    expect(a.metrics().loads).toBe(1);
  });
});

describe('tags', () => {
  it('drop what carries any of them, in L1 and L2, and nothing else', async () => {
    for (const options of [{}, { l1: false as const }]) {
      const { a } = memoryCache(options);
      const tagged = defineResource<number>('tagged', { tags: ['all'] });
      await a.set(tagged, '1', 1, { tags: ['one'] });
      await a.set(tagged, '2', 2);
      await a.set('r', '3', 3, { tags: ['one', 'three'] });
      await a.getOrSet('r', '4', ({ setTags }) => {
        setTags(['four']);
        return 4;
      });
      await a.invalidateTags(['one']);
      expect(await Promise.all([a.get(tagged, '1'), a.get(tagged, '2'), a.get('r', '3')])).toEqual([
        undefined,
        2,
        undefined,
      ]);
      await a.invalidateTags(['all', 'four']);
      expect(await Promise.all([a.get(tagged, '2'), a.get('r', '4')])).toEqual([undefined, undefined]);
      expect((await a.usage()).usedBytes).toBe(0);
      await closeCaches();
    }
  });

  it('refuse what is no tag', async () => {
    const { a } = memoryCache();
    for (const tags of [
      [''],
      ['a\0b'],
      ['x'.repeat(129)],
      ['\ud800'],
      [1],
      'tag',
      Array.from({ length: 33 }, (_, n) => `t${n}`),
    ]) {
      const refused = expect.objectContaining({ code: 'TAG_INVALID' });
      await expect(a.set('r', 'k', 1, { tags: tags as string[] })).rejects.toEqual(refused);
    }
    await expect(a.invalidateTags('t' as never)).rejects.toMatchObject({ code: 'TAG_INVALID' });
    expect((await a.usage()).entries).toBe(0);
  });
});

describe('a factory', () => {
  it('may bring more than the resource or the codec allows: it is answered, flagged, and not stored', async () => {
    const { a } = memoryCache({ compression: false, maxDecodedBytes: 5_000 });
    const small = defineResource<string>('small', { maxEntryBytes: 100 });
    expect(await a.getOrSet(small, 'k', () => 'x'.repeat(200))).toHaveLength(200);
    expect(await a.getOrSet('r', 'k', () => 'x'.repeat(6_000))).toHaveLength(6_000);
    expect([a.refused, (await a.usage()).entries]).toEqual([true, 0]);
    await expect(a.set(small, 'k', 'x'.repeat(200))).rejects.toMatchObject({ code: 'ENTRY_TOO_LARGE' });
  });

  it('may come with the resource', async () => {
    const { a } = memoryCache();
    const portfolio = defineResource<string>('portfolio', { load: (key, { tenantId }) => `${tenantId}:${key}` });
    expect(await a.getOrSet(portfolio, '1')).toBe('a:1');
    await expect(a.getOrSet('portfolio', '2')).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it('that throws at once is a failed load', async () => {
    const { a } = memoryCache();
    const thrown = a.getOrSet('r', 'k', () => {
      throw new Error('at once');
    });
    await expect(thrown).rejects.toThrow('at once');
    expect(a.metrics()).toMatchObject({ loads: 1, loadErrors: 1 });
  });

  it('that sets a wrong ttl or tag fails its load, and nothing is stored', async () => {
    const { a } = memoryCache();
    await expect(a.getOrSet('r', 'k', ({ setTtl }) => setTtl(-1))).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(a.getOrSet('r', 'k', ({ setTags }) => setTags(['']))).rejects.toMatchObject({ code: 'TAG_INVALID' });
    expect((await a.usage()).entries).toBe(0);
  });
});

it.each([
  [{ ttl: -1 }],
  [{ ttl: Number.NaN }],
  [{ ttl: 0 }],
  [{ grace: '1 fortnight' }],
  [{ ttlJitter: 2 }],
  [{ beta: -1 }],
  [{ hardTimeout: '11m' }],
  [{ softTimeout: Number.POSITIVE_INFINITY }],
  [{ negativeTtl: 0 }],
  [{ l1: 1 }],
  [{ signal: {} }],
  [{ category: 1 }],
  [{ unknown: 1 }],
  ['5m'],
  [null],
  [[]],
])('refuses the options %j before anything is loaded or stored', async (options) => {
  const { a } = memoryCache();
  const refused = { code: 'OPTION_INVALID' };
  await expect(a.getOrSet('r', 'k', () => 'v', options as never)).rejects.toMatchObject(refused);
  await expect(a.set('r', 'k', 'v', options as never)).rejects.toMatchObject(refused);
  await expect(a.getOrSetMany('r', ['k'], () => ({ k: 'v' }), options as never)).rejects.toMatchObject(refused);
  expect(a.metrics().loads).toBe(0);
  expect((await a.usage()).entries).toBe(0);
}); // prettier-ignore

type Handle = ReturnType<typeof memoryCache>['a'];
