import { afterEach, describe, expect, it } from '@jest/globals';
import { closeCaches, memoryCache, ownCalendar, turn } from '../../fakes/memory-cache.js';

afterEach(closeCaches);

describe('setGrace', () => {
  it('says how long what is loaded is kept for readers that take it stale', async () => {
    const later = ownCalendar();
    const { a } = memoryCache();
    let loads = 0;
    const read = () =>
      a.getOrSet(
        'r',
        'k',
        ({ setTtl, setGrace }) => {
          setTtl(1_000);
          setGrace('5s');
          return ++loads;
        },
        { staleWhileRevalidate: '1d' },
      );
    expect(await read()).toBe(1);
    later(6_500);
    expect(await read()).toBe(2);
    later(5_500);
    expect(await read()).toBe(2);
    await turn();
    expect([await read(), loads]).toEqual([3, 3]);
  });

  it('refuses what is no duration', async () => {
    const { a } = memoryCache();
    const load = ({ setGrace }: { setGrace(grace: never): void }) => setGrace('soon' as never);
    await expect(a.getOrSet('r', 'k', load)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});
