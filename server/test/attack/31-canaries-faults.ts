import type { Canary } from './31-canaries-planted.js';

/** What an application's own parts throw: a text that holds a secret, in every place that a log may look at. */
export class TellingError extends Error {
  readonly detail: string;

  constructor({ text }: Canary) {
    super(`failed at https://source.example/items?token=${text}`, { cause: new Error(`of ${text}`) });
    this.name = `TellingError ${text}`;
    this.detail = text;
  }
}

/** `target`, of which every method rejects while `error` gives one; in the parts it consists of too. */
export function failing<T extends object>(target: T, error: () => Error | undefined): T {
  return new Proxy(target, {
    get(_, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member === 'object' && member !== null) return failing(member, error);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const now = error();
        return now ? Promise.reject(now) : member.apply(target, args);
      };
    },
  });
}
