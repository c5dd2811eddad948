import { Client, type ClientConfig } from 'pg';

const GIVEN_UP = 'Query read timeout';

type Query = (...given: unknown[]) => unknown;

/**
 * A client that ends its connection once it gave up on an answer. pg itself only drops what waits behind: a ROLLBACK
 * among it, after which the pool would lend the connection out within the transaction that nobody ended.
 */
export class EndingClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    const query = this.query.bind(this) as Query;
    const watched: Query = (...given) => {
      const answer = query(...given);
      if (answer instanceof Promise) answer.catch((error: unknown) => this.#endAfter(error));
      return answer;
    };
    Object.defineProperty(this, 'query', { value: watched });
  }

  #endAfter(error: unknown): void {
    if (error instanceof Error && error.message === GIVEN_UP) this.end().catch(() => {});
  }
}
