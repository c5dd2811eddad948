/** A sample of an instant query. */
interface Sample {
  metric: Record<string, string>;
  value: [seconds: number, value: string];
}

interface RuleState {
  name: string;
  query: string;
  type: 'recording' | 'alerting';
  health: string;
  lastError?: string;
}

/** The Prometheus of the running stack. */
export class Prometheus {
  constructor(private readonly url: string) {}

  /** @returns the values that an expression has now, without those that are not a number */
  async query(expr: string): Promise<{ metric: Record<string, string>; value: number }[]> {
    const { result } = await this.#get<{ result: Sample[] }>('query', { query: expr });
    return result
      .map(({ metric, value }) => ({ metric, value: Number(value[1]) }))
      .filter(({ value }) => !Number.isNaN(value));
  }

  labelValues(label: string, selector: string): Promise<string[]> {
    return this.#get(`label/${label}/values`, { 'match[]': selector });
  }

  async rules(): Promise<RuleState[]> {
    return (await this.#get<{ groups: { rules: RuleState[] }[] }>('rules')).groups.flatMap(({ rules }) => rules);
  }

  async #get<T>(path: string, parameters: Record<string, string> = {}): Promise<T> {
    const response = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(parameters)}`, {
      signal: AbortSignal.timeout(60_000),
    });
    const answer = (await response.json()) as { status: string; error?: string; data: T };
    if (answer.status !== 'success') throw new Error(`${parameters.query ?? path}: ${answer.error}`);
    return answer.data;
  }
}
