import { describe, expect, it } from '@jest/globals';
import { csvStream, csvWhole, pagesOf } from '@/data/csv';
import type { ResourceReading } from '@/data/resources';
import { resourcesCsv } from '@/features/usage/resources-csv';

const asIs = (row: (string | number)[]) => row;

async function* steps(...all: (string | number)[][][]) {
  yield* all;
}

describe('a file that is sent while it is read', () => {
  it('holds the rows of all steps once, under one head', async () => {
    const answer = await csvStream('x', ['a', 'b'], steps([[1, 'x']], [], [[2, '=1+1']]), asIs);
    expect(await text(answer)).toBe("\uFEFFa,b\r\n1,x\r\n2,'=1+1\r\n");
  });

  it('is only the head where there is nothing', async () => {
    expect(await text(await csvStream('x', ['a'], steps(), asIs))).toBe('\uFEFFa\r\n');
  });

  it('holds each row of a paged list once, also where one comes to it meanwhile', async () => {
    const all = Array.from({ length: 250 }, (_, index) => `row ${index}`);
    const asked: number[] = [];
    const read = async ({ page, pageSize }: { page: number; pageSize: number }) => {
      asked.push(page);
      // Newest first: what came last moves all others on.
      if (page === 2) all.unshift('new');
      return { items: all.slice((page - 1) * pageSize, page * pageSize) };
    };
    const found = await text(
      await csvStream(
        'x',
        ['a'],
        pagesOf(read, (row) => row),
        (row) => [row],
      ),
    );
    const rows = found.trim().split('\r\n').slice(1);
    expect(rows).toEqual(Array.from({ length: 250 }, (_, index) => `row ${index}`));
    expect(asked).toEqual([1, 2, 3]);
  });

  it('is no answer at all where the first step fails', async () => {
    const failing = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('gone')) }) };
    await expect(csvStream('x', ['a'], failing, asIs)).rejects.toThrow('gone');
  });

  it('has its steps in order, and is cut and not ended where a later one fails', async () => {
    let fail = (_: Error) => {};
    const failing = async function* () {
      yield [[1]];
      yield [[2]];
      await new Promise<void>((_, reject) => {
        fail = reject;
      });
    };
    const { body } = await csvStream('x', ['a'], failing(), asIs);
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    const next = async () => Buffer.from((await reader.read()).value ?? []).toString('utf8');
    expect([await next(), await next()]).toEqual(['\uFEFFa\r\n1\r\n', '2\r\n']);
    fail(new Error('gone'));
    await expect(reader.read()).rejects.toThrow('gone');
  });

  it('asks for a step only when it is read', async () => {
    let read = 0;
    const counted = async function* () {
      while (read < 100) {
        read += 1;
        yield [[read]];
      }
    };
    const answer = await csvStream('x', ['a'], counted(), asIs);
    await new Promise((resolve) => setImmediate(resolve));
    expect(read).toBeLessThan(4);
    await answer.body?.cancel();
  });
});

it('a file that is made at once is refused where it would be cut', async () => {
  const of = (total: number) => csvWhole({ name: 'x', what: 'rows' }, ['a'], { items: [[1]], total }, asIs);
  expect(await text(of(1))).toBe('\uFEFFa\r\n1\r\n');
  expect(of(2).status).toBe(413);
  expect(await of(2).json()).toMatchObject({ title: expect.stringMatching(/^2 rows match, .* at most 10000/) });
});

describe('a file of resources', () => {
  it('runs nothing that a resource is named', async () => {
    const counts = {
      requests: 1,
      l1Hits: 0,
      l2Hits: 0,
      misses: 1,
      loads: 1,
      bytesServed: 2,
      bytesWritten: 3,
      loadTimeMs: 4,
    };
    const hostile = ['=HYPERLINK("http://x")', '+1', '@SUM(A1)', '\t=1', 'a,b', 'c"d', 'x;=1'];
    const reading: ResourceReading = {
      from: '2026-11-01',
      to: '2026-11-02',
      kept: true,
      items: hostile.map((resource) => ({ resource, ...counts })),
    };
    const lines = (await text(resourcesCsv('resources', reading))).trim().split('\r\n').slice(1);
    expect(lines).toHaveLength(hostile.length);
    for (const line of lines) {
      expect(line).toMatch(/^2026-11-01,2026-11-02,("'|'|a,b|"a,b"|"c""d"|"x;'=1")/);
      expect(line).toMatch(/,1,0,0,1,1,4,2,3$/);
    }
  });
});

/** Not `text()`, which would take the byte order mark off. */
async function text(answer: Response): Promise<string> {
  return Buffer.from(await answer.arrayBuffer()).toString('utf8');
}
