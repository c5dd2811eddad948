import { DEFAULT_MAX_DECODED_BYTES } from '../core/codec-options.js';
import type { Codec } from '../core/contracts.js';
import { UnreadableEntry } from '../core/unreadable.js';
import { MAX_DEPTH, notCacheable, Restatement } from './restate-value.js';
import { assertDepth, restoreValue } from './restore-value.js';

/** A plain document is JSON and nothing else; the others begin with one of these, which no JSON text does. */
const TAGGED = 1;
const DIFFERS = 2;
const FIRST_OF_JSON = 0x20;
const NOTHING = '{"$t":["undefined"]}';

/**
 * JSON with Date, Map, Set, BigInt, Buffer, typed arrays, undefined and all numbers coming back as they went in.
 * @param maxBytes values that take more when encoded are refused
 */
export function createJsonCodec(maxBytes: number): Codec {
  return {
    /** @throws TenantCacheError `VALUE_NOT_CACHEABLE` for undefined, functions, symbols and cycles, `ENTRY_TOO_LARGE` */
    encode(value) {
      const restatement = new Restatement(maxBytes);
      const text = JSON.stringify(restatement.of(value));
      // Nothing is not a value: a miss could not be told from it. What `toJSON` says may come to it as well.
      if (text === NOTHING) throw notCacheable('undefined');
      const kind = (restatement.tagged ? TAGGED : 0) | (restatement.differs ? DIFFERS : 0);
      return Buffer.from(kind === 0 ? text : String.fromCharCode(kind) + text);
    },
    /** @throws UnreadableEntry for anything `encode` does not write */
    decode(payload) {
      const first = payload[0] ?? 0;
      if (first >= FIRST_OF_JSON) return plain(payload, 0);
      if (first === DIFFERS) return plain(payload, 1);
      if ((first & ~DIFFERS) !== TAGGED) throw new UnreadableEntry('codec');
      const value = restoreValue(parse(payload.toString('utf8', 1)));
      if (value === undefined) throw new UnreadableEntry('codec');
      return value;
    },
    differs: (payload) => (payload[0] as number) < FIRST_OF_JSON && ((payload[0] as number) & DIFFERS) !== 0,
  };
}

export const jsonCodec = createJsonCodec(DEFAULT_MAX_DECODED_BYTES);

function plain(payload: Buffer, start: number): unknown {
  const text = payload.toString('utf8', start);
  const value = parse(text);
  if (mayBeDeep(text)) assertDepth(value);
  return value;
}

/** Looks for brackets, which adds some 4 % to parsing; a walk boxes every number of a list and adds up to 44 %. */
function mayBeDeep(text: string): boolean {
  // Each level takes two brackets.
  if (text.length <= 2 * MAX_DEPTH) return false;
  let opened = 0;
  for (const bracket of '[{') {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      if (++opened > MAX_DEPTH) return true;
    }
  }
  return false;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    throw new UnreadableEntry('codec');
  }
}
