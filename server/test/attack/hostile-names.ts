/** Pieces of names that mean something to a key, a glob, a script, a URL or Unicode, to be put together at random. */
const PIECES: readonly string[] = [
  ...['victim', 'other', 'a', 'b', 'r', 'k', 'state', 'lru', 'exp', 'inv', 'tags', 'leases', 'freq', 'bus'],
  ...['tenant:', 'meta:', 'shared:', 'tenantcache:', 'tenant:{victim}:', 'meta:{victim}:', '}:r:', '{victim}', '{}'],
  ...[
    ':',
    '{',
    '}',
    '*',
    '?',
    '[',
    ']',
    '\\',
    '^',
    '-',
    '_',
    '.',
    '~',
    '~sha256:',
    '/',
    '..',
    '%7D',
    '%00',
    '$',
    "'",
    '"',
  ],
  ...[
    '\0',
    '\r',
    '\n',
    '\r\n',
    '\t',
    ' ',
    '\x7f',
    '\u2028',
    '\ufeff',
    '\u202e',
    'é',
    'e\u0301',
    '\uff5d',
    '𝒶',
    '\ud800',
  ],
  ...['__proto__', 'constructor', 'toString', 'A', '0', '1', '-1', 'x'.repeat(64), 'y'.repeat(199), 'z'.repeat(4_090)],
];

/** Small and fast, and the same for the same seed (mulberry32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to `below` - 1. */
  roll(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.roll(from.length)] as T;
  }

  /** One to three pieces; now and then, with something in front that the grammar lets pass. */
  name(): string {
    const pieces = this.roll(3) + 1;
    let name = this.roll(3) === 0 ? 'a' : '';
    for (let n = 0; n < pieces; n++) name += this.pick(PIECES);
    return name;
  }
}
