import { Command, type Redis } from 'ioredis';
import { PackedWriter } from './packed-writer.js';
import { metaKey, tenantOfKey } from './redis-keys.js';
import { SCRIPTS, type ScriptName } from './scripts.gen.js';

export type ScriptArg = string | Buffer | number;

const CRLF = '\r\n';
/** Bytes of a head beside its keys and arguments. */
const HEAD_BYTES = 320;
/** Of an argument's length, with what stands around it. */
const LENGTH_BYTES = 16;

/** A command that is spelt already: the client builds no list of arguments and copies no buffer. */
class SpeltCommand extends Command {
  readonly #spelt: Buffer;

  constructor(spelt: Buffer) {
    super('evalsha', [], { replyEncoding: null });
    this.#spelt = spelt;
  }

  override toWritable(): Buffer {
    return this.#spelt;
  }
}

/** A call with one packed argument, which `writer` takes, and any number of long ones behind it. */
export class PackedCall {
  readonly writer: PackedWriter;
  readonly #name: ScriptName;
  #keys: readonly string[];
  readonly #args: readonly Buffer[];
  /** Where each argument that `writer` took begins and ends. */
  readonly #bounds: number[] = [0];

  /** @param keys in ASCII, as all keys of a tenant's bookkeeping are */
  constructor(name: ScriptName, keys: readonly string[], args: readonly Buffer[], expectedBytes: number) {
    this.#name = name;
    this.#keys = keys;
    this.#args = args;
    let headBytes = HEAD_BYTES;
    for (const key of keys) headBytes += key.length + LENGTH_BYTES;
    for (const arg of args) headBytes += arg.length + LENGTH_BYTES;
    this.writer = new PackedWriter(headBytes, expectedBytes + CRLF.length);
  }

  /** Ends the argument at hand: what `writer` takes now, `bytes` in all, is the next. */
  next(bytes: number): void {
    this.#bounds.push(this.writer.length);
    this.writer.ascii(`\r\n$${bytes}\r\n`);
    this.#bounds.push(this.writer.length);
  }

  /** Before the call is spelt. */
  witness(): void {
    this.#keys = witnessed(this.#keys);
  }

  /** The bytes of the whole EVALSHA. */
  spelt(): Buffer {
    const keys = this.#keys;
    const packed = (this.#bounds.length + 1) / 2;
    const count = 3 + keys.length + this.#args.length + packed;
    const { sha1 } = SCRIPTS[this.#name];
    let head = `*${count}\r\n$7\r\nEVALSHA\r\n$40\r\n${sha1}\r\n$${String(keys.length).length}\r\n${keys.length}\r\n`;
    for (const key of keys) head += `$${key.length}\r\n${key}\r\n`;
    for (const arg of this.#args) head += `$${arg.length}\r\n${arg.toString('latin1')}\r\n`;
    return this.writer.framed(`${head}$${this.#bounds[1] ?? this.writer.length}\r\n`, CRLF);
  }

  /** For a server that does not know the script. */
  inFull(): (string | Buffer | number)[] {
    const { writer } = this;
    const packed: Buffer[] = [];
    for (let index = 0; index < this.#bounds.length; index += 2) {
      packed.push(writer.part(this.#bounds[index] as number, this.#bounds[index + 1] ?? writer.length));
    }
    return [SCRIPTS[this.#name].lua, this.#keys.length, ...this.#keys, ...this.#args, ...packed];
  }
}

/** Sends scripts by their hash. A server that does not know one has run nothing, so only then it is sent in full. */
export class ScriptRunner {
  readonly #client: Redis;
  readonly #inCluster: boolean;

  constructor(client: Redis, inCluster = false) {
    this.#client = client;
    this.#inCluster = inCluster;
  }

  /** The same over another connection to the same server. */
  over(client: Redis): ScriptRunner {
    return new ScriptRunner(client, this.#inCluster);
  }

  /** The flat integers that a script answers with whose arguments are not packed. */
  async run(name: ScriptName, keys: readonly string[], args: readonly ScriptArg[]): Promise<readonly number[]> {
    const { sha1, lua } = SCRIPTS[name];
    const declared = this.#inCluster ? witnessed(keys) : keys;
    const rest = [declared.length, ...declared, ...args];
    try {
      return (await this.#client.call('EVALSHA', [sha1, ...rest])) as number[];
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return (await this.#client.call('EVAL', [lua, ...rest])) as number[];
    }
  }

  /** The same with texts and bytes as they are. */
  async runBuffer(
    name: ScriptName,
    keys: readonly string[],
    args: readonly ScriptArg[],
  ): Promise<readonly (number | Buffer)[]> {
    const { sha1, lua } = SCRIPTS[name];
    const rest = [keys.length, ...keys, ...args];
    try {
      return (await this.#client.callBuffer('EVALSHA', [sha1, ...rest])) as (number | Buffer)[];
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return (await this.#client.callBuffer('EVAL', [lua, ...rest])) as (number | Buffer)[];
    }
  }

  /** The packed answer. */
  async runPacked(call: PackedCall): Promise<Buffer> {
    if (this.#inCluster) call.witness();
    try {
      return (await this.#client.sendCommand(new SpeltCommand(call.spelt()))) as Buffer;
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return (await this.#client.callBuffer('EVAL', call.inFull())) as Buffer;
    }
  }
}

/**
 * A script that goes by the key of a tenant's state reaches others of its slot, which a migration may have taken to
 * another node already. With a key that is never there declared as well Redis refuses the call until all have arrived,
 * before anything has run.
 */
function witnessed(keys: readonly string[]): readonly string[] {
  const [first = ''] = keys;
  if (!first.endsWith(':state') || keys.at(-1)?.endsWith(':absent')) return keys;
  return [...keys, metaKey('absent', tenantOfKey('state', first))];
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
