import { describe, expect, it } from '@jest/globals';
import { ResourceCounters } from '../../../src/core/counters.js';
import { acceptedFormat } from '../../../src/usage/accepted-format.js';
import { familiesOf, OPENMETRICS, openExporter, seriesOf } from './exporter.js';

const TOTAL = 'tc_evicted_bytes_total';

describe('the format of a scrape', () => {
  it.each([
    [undefined, 'text'],
    ['', 'text'],
    ['*/*', 'text'],
    ['application/json', 'text'],
    ['application/openmetrics-text', 'openmetrics'],
    ['Application/OpenMetrics-Text; Version="1.0.0"', 'openmetrics'],
    ['application/openmetrics-text; version=0.0.1', 'text'],
    ['application/openmetrics-text; version=1.0.0; q=0', 'text'],
    ['application/openmetrics-text;q=0.2, text/plain;q=0.9', 'text'],
    ['application/openmetrics-text;q=x', 'text'],
    [
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'openmetrics',
    ],
    [`${'application/openmetrics-text;q=0.1,'.repeat(20_000)}`, 'openmetrics'],
  ])('%.60s: %s', (accept, format) => {
    expect(acceptedFormat(accept)).toBe(format);
  });
});

describe('OpenMetrics', () => {
  it.each([OPENMETRICS, undefined])(
    'names a counter without _total above its samples, and the text format with it, in whatever order they are asked',
    async (first) => {
      const { add, text } = openExporter();
      add('a', { evictedBytes: 7 });
      await text(first);
      for (const [accept, family] of [[OPENMETRICS, 'tc_evicted_bytes'] as const, [undefined, TOTAL] as const]) {
        const lines = (await text(accept)).split('\n');
        const at = lines.indexOf(`# TYPE ${family} counter`);
        expect(lines[at - 1]).toBe(`# HELP ${family} Bytes evicted to make room`);
        expect(lines.slice(at + 1, at + 3)).toEqual([`${TOTAL}{tenant="a"} 7`, `${TOTAL}{tenant="other"} 0`]);
      }
    },
  );

  it('ends, and has no line that is not a comment or a sample', async () => {
    const { add, metrics, text } = openExporter();
    add('a');
    const lines = (await text(OPENMETRICS)).split('\n');
    expect(lines.splice(-2)).toEqual(['# EOF', '']);
    expect(lines.filter((line) => !/^(# (HELP|TYPE) tc_\w+ |tc_\w+(\{.+\})? )\S/.test(line))).toEqual([]);
    // It would have quotes escaped there, and the text format as they are.
    for (const { help } of familiesOf(metrics.registry)) expect(help).not.toMatch(/["\\\n]|\.$/);
  });

  it('has the trace of the last sampled call of a bucket; the text format, which knows none, has not', async () => {
    let traceId: string | undefined;
    const { latency, text } = openExporter({
      tracing: { enabled: true, span: (_name, _facts, run) => run(), traceId: () => traceId, close() {} },
    });
    const bucket = (body: string, le: string) =>
      body.split('\n').find((line) => line.includes(`operation="load",tier="l3",le="${le}"`));
    for (const id of ['a'.repeat(32), 'b'.repeat(32), undefined]) {
      traceId = id;
      latency.load.observe(30);
    }
    traceId = 'x'.repeat(200);
    latency.load.observe(700);
    const body = await text(OPENMETRICS);
    expect(bucket(body, '0.05')).toMatch(/"} 3 # \{trace_id="b{32}"\} 0\.03 \d{10}(\.\d{1,3})?$/);
    // Longer than an exemplar may be.
    expect(bucket(body, '1.0')).toMatch(/"} 4$/);
    expect(await text()).not.toContain('trace_id');
  });

  it('asks nobody for a trace while tracing is off', () => {
    const { latency } = openExporter({
      tracing: {
        enabled: false,
        span: (_name, _facts, run) => run(),
        traceId: () => {
          throw new Error('asked');
        },
        close() {},
      },
    });
    expect(() => latency.load.observe(30)).not.toThrow();
  });
});

describe('labels', () => {
  it('hold whatever they are given, in one line and one label', async () => {
    const hostile = 'x"} 1\n# TYPE evil counter\nevil{a="\\"\r\u2028';
    const { add, text } = openExporter({ version: hostile });
    add('a').resources.set(hostile, Object.assign(new ResourceCounters(), { misses: 5 }));
    const body = await text();
    expect(body).not.toMatch(/^evil|^# TYPE evil/m);
    const escaped = hostile.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
    expect(seriesOf(body).get(`tc_resource_requests_total{outcome="miss",resource="${escaped}"}`)).toBe(5);
  });
});
