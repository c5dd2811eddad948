import { type Stack, secretsOf } from './stack.js';
import { adminToken } from './tokens.js';

interface Call {
  method?: 'GET' | 'PATCH' | 'POST';
  body?: object;
  /** The version that was read. */
  ifMatch?: number;
}

/** A script of an administrator that calls any route of the admin API. */
export class AdminScript {
  readonly #url: string;
  readonly #token: string;

  constructor(stack: Stack) {
    this.#url = `${stack.apiUrl}/admin`;
    this.#token = adminToken('e2e@example.com', secretsOf(stack).adminTokenSecret);
  }

  async call<T>(path: string, { method = 'GET', body, ifMatch }: Call = {}): Promise<T> {
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        Authorization: `Bearer ${this.#token}`,
        'Content-Type': 'application/json',
        ...(ifMatch !== undefined && { 'If-Match': `"${ifMatch}"` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
