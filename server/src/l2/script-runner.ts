import type { Redis } from 'ioredis';
import { SCRIPTS, type ScriptName } from './scripts.gen.js';

export type ScriptArg = string | Buffer | number;

/** Sends scripts by their hash. A server that does not know one has run nothing, so only then it is sent in full. */
export class ScriptRunner {
  readonly #client: Redis;

  constructor(client: Redis) {
    this.#client = client;
  }

  /** The flat integers that every script answers with. */
  async run(name: ScriptName, keys: readonly string[], args: readonly ScriptArg[]): Promise<readonly number[]> {
    const { sha1, lua } = SCRIPTS[name];
    const rest = [keys.length, ...keys, ...args];
    try {
      return (await this.#client.call('EVALSHA', [sha1, ...rest])) as number[];
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return (await this.#client.call('EVAL', [lua, ...rest])) as number[];
    }
  }
}
