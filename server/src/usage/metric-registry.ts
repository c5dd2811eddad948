import { Counter, type Metric, type OpenMetricsContentType, Registry } from 'prom-client';
import { acceptedFormat, type Format } from './accepted-format.js';
import { Breather } from './breather.js';

export interface Scrape {
  readonly contentType: string;
  readonly body: Buffer;
}

/** What ends a body; OpenMetrics tells a whole one by it. */
const ENDS: Readonly<Record<Format, string>> = { text: '', openmetrics: '# EOF\n' };

/** The families of this process, in both formats, and the text of a scrape. */
export class MetricRegistry {
  readonly #registries = { text: new Registry(), openmetrics: new Registry<OpenMetricsContentType>() };
  readonly #before: ((breather: Breather) => Promise<void>)[] = [];
  readonly #after: (() => void)[] = [];
  readonly #underway = new Map<Format, Promise<Scrape>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor() {
    this.#registries.openmetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  }

  get families(): ReturnType<Registry['getMetricsAsArray']> {
    return this.#registries.text.getMetricsAsArray();
  }

  /** @param metric made with `registers: []`; where its name is taken, this throws */
  add(metric: Metric): void {
    this.#registries.text.registerMetric(metric);
    this.#registries.openmetrics.registerMetric(inOpenMetrics(metric));
  }

  /**
   * @param before reads what several families tell, which is theirs until `after`
   * @param after runs whether or not the scrape came to its end
   */
  around(before: (breather: Breather) => Promise<void>, after: () => void): void {
    this.#before.push(before);
    this.#after.push(after);
  }

  contentType(accept: string | undefined): string {
    return this.#registries[acceptedFormat(accept)].contentType;
  }

  /** Scrapers that come at once share one; those of the other format follow. */
  scrape(accept: string | undefined): Promise<Scrape> {
    const format = acceptedFormat(accept);
    const underway = this.#underway.get(format);
    if (underway) return underway;
    const scrape = this.#last.then(() => this.#scrape(format)).finally(() => this.#underway.delete(format));
    this.#underway.set(format, scrape);
    this.#last = scrape.catch(() => {});
    return scrape;
  }

  /** Family by family: `metrics()` of prom-client would render all of them in one turn of the event loop. */
  async #scrape(format: Format): Promise<Scrape> {
    const registry = this.#registries[format];
    const breather = new Breather();
    const parts: Buffer[] = [];
    try {
      for (const read of this.#before) await read(breather);
      for (const { name } of registry.getMetricsAsArray()) {
        if (breather.late) await breather.breathe();
        parts.push(Buffer.from(`${await registry.getSingleMetricAsString(name)}\n`));
      }
    } finally {
      for (const done of this.#after) done();
    }
    parts.push(Buffer.from(ENDS[format]));
    return { contentType: registry.contentType, body: Buffer.concat(parts) };
  }
}

/** There the family of a counter is named without the `_total` of its samples, which prom-client adds to them. */
function inOpenMetrics(metric: Metric): Metric {
  if (!(metric instanceof Counter)) return metric;
  const getForPromString = async () => {
    const family = await metric.get();
    return { ...family, name: family.name.replace(/_total$/, '') };
  };
  return Object.assign(Object.create(metric), { getForPromString });
}
