import { setTimeout as delay } from 'node:timers/promises';
import { type Stack, secretsOf } from './stack.js';
import { adminToken } from './tokens.js';

interface Call {
  /** Without it a body makes it a POST. */
  method?: 'GET' | 'PATCH' | 'POST';
  body?: object;
  /** The version that was read; a function reads it anew for each try. */
  ifMatch?: number | (() => Promise<number>);
}

/** A script of an administrator that calls any route of the admin API. */
export class AdminScript {
  readonly #url: string;
  readonly #secret: string;

  /** @param apiUrl of another installation that shares the stack's secrets */
  constructor(stack: Stack, apiUrl = stack.apiUrl) {
    this.#url = `${apiUrl}/admin`;
    this.#secret = secretsOf(stack).adminTokenSecret;
  }

  /** On a busy machine the store may miss a deadline, which the API says by a 503: then it is asked again. */
  async call<T>(path: string, call: Call = {}, triesLeft = 20): Promise<T> {
    const { body, method = body === undefined ? 'GET' : 'POST', ifMatch } = call;
    const version = typeof ifMatch === 'function' ? await ifMatch() : ifMatch;
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        Authorization: `Bearer ${adminToken('e2e@example.com', this.#secret)}`,
        'Content-Type': 'application/json',
        ...(version !== undefined && { 'If-Match': `"${version}"` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (response.status === 503 && triesLeft > 0) {
      await delay(500);
      return this.call(path, call, triesLeft - 1);
    }
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
