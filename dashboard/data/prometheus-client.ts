import { z } from 'zod';

export type PrometheusProblem = 'not-configured' | 'unreachable' | 'slow' | 'refused';

/** Prometheus gave no usable answer; `problem` says in one word why. */
export class PrometheusError extends Error {
  override readonly name = 'PrometheusError';
  constructor(
    readonly problem: PrometheusProblem,
    options?: ErrorOptions,
  ) {
    super(`Prometheus: ${problem}`, options);
  }
}

export interface RangeSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds and value; NaN and infinities are left out: they are no data. */
  readonly points: readonly (readonly [number, number])[];
}

const sample = z.tuple([z.number(), z.string()]);
const labels = z.record(z.string(), z.string());
const matrix = z.object({
  data: z.object({
    resultType: z.literal('matrix'),
    result: z.array(z.object({ metric: labels, values: z.array(sample) })),
  }),
});
const vector = z.object({
  data: z.object({ resultType: z.literal('vector'), result: z.array(z.object({ metric: labels, value: sample })) }),
});
const targets = z.object({
  data: z.object({
    activeTargets: z.array(
      z.object({ lastScrape: z.string(), health: z.string(), scrapeInterval: z.string().optional() }),
    ),
  }),
});
export type Target = z.infer<typeof targets>['data']['activeTargets'][number];

export interface PrometheusOptions {
  readonly url: string | undefined;
  /** Default 2,000 ms for the whole answer. */
  readonly deadlineMs?: number;
  /** How long after a failure further questions fail at once, so that a page waits for one deadline and not for each. Default 1,000 ms. */
  readonly restMs?: number;
  readonly now?: () => number;
}

/** The HTTP API, as far as the charts need it. Every method rejects with PrometheusError. */
export class PrometheusClient {
  #failedAt: number | undefined;
  #failure: PrometheusError | undefined;
  readonly #url: string | undefined;
  readonly #deadlineMs: number;
  readonly #restMs: number;
  readonly #now: () => number;

  constructor({ url, deadlineMs = 2000, restMs = 1000, now = Date.now }: PrometheusOptions) {
    this.#url = url?.replace(/\/+$/, '');
    this.#deadlineMs = deadlineMs;
    this.#restMs = restMs;
    this.#now = now;
  }

  async queryRange(query: string, startMs: number, endMs: number, stepMs: number): Promise<RangeSeries[]> {
    const answer = await this.#ask('query_range', matrix, {
      query,
      start: String(startMs / 1000),
      end: String(endMs / 1000),
      step: String(stepMs / 1000),
    });
    return answer.data.result.map(({ metric, values }) => ({
      labels: metric,
      points: values.map(point).filter(([, value]) => Number.isFinite(value)),
    }));
  }

  async query(query: string, atMs: number): Promise<RangeSeries[]> {
    const answer = await this.#ask('query', vector, { query, time: String(atMs / 1000) });
    return answer.data.result.map(({ metric, value }) => ({
      labels: metric,
      points: [point(value)].filter(([, figure]) => Number.isFinite(figure)),
    }));
  }

  async targets(): Promise<Target[]> {
    return (await this.#ask('targets', targets, { state: 'active' }, 'GET')).data.activeTargets;
  }

  async #ask<T>(path: string, schema: z.ZodType<T>, form: Record<string, string>, method = 'POST'): Promise<T> {
    if (this.#url === undefined) throw new PrometheusError('not-configured');
    if (this.#failure && this.#now() - (this.#failedAt ?? 0) < this.#restMs) throw this.#failure;
    const body = new URLSearchParams({ ...form, timeout: `${this.#deadlineMs}ms` });
    const address = `${this.#url}/api/v1/${path}`;
    const signal = AbortSignal.timeout(this.#deadlineMs);
    let response: Response;
    let answer: unknown;
    try {
      response =
        method === 'POST'
          ? await fetch(address, { method, body, signal, cache: 'no-store' })
          : await fetch(`${address}?${body}`, { signal, cache: 'no-store' });
      answer = await response.json();
    } catch (cause) {
      throw this.#failed(new PrometheusError(signal.aborted ? 'slow' : 'unreachable', { cause }));
    }
    const parsed = schema.safeParse(answer);
    if (response.ok && parsed.success) {
      this.#failure = undefined;
      return parsed.data;
    }
    const slow = response.status === 503 || response.status === 504;
    if (slow) throw this.#failed(new PrometheusError('slow'));
    throw new PrometheusError('refused', { cause: new Error(`HTTP ${response.status}`) });
  }

  #failed(error: PrometheusError): PrometheusError {
    this.#failure = error;
    this.#failedAt = this.#now();
    return error;
  }
}

const point = ([at, value]: [number, string]): readonly [number, number] => [Math.round(at * 1000), Number(value)];
