import type { Redis } from 'ioredis';

/**
 * A client each of whose commands goes where its own key is. While a slot is on its way some of a tenant's keys are at
 * either end, so what is read together otherwise is read one by one.
 */
export function routedClient(send: <T>(command: (client: Redis) => Promise<T>) => Promise<T>): Redis {
  const single = {
    mgetBuffer: (keys: readonly string[]) => Promise.all(keys.map((key) => send((client) => client.getBuffer(key)))),
  };
  type Method = (...args: unknown[]) => Promise<unknown>;
  return new Proxy(single, {
    get(target, name) {
      if (name in target) return target[name as keyof typeof target];
      return (...args: unknown[]) =>
        send((client) => (client as unknown as Record<string | symbol, Method>)[name]?.(...args) as Promise<unknown>);
    },
  }) as unknown as Redis;
}
