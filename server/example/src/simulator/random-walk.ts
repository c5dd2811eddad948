import type { SpotSymbol } from './symbols.js';

const DAY_MS = 86_400_000;
/** From half a minute to a year: each octave four times as long as the one before, twice as strong. */
const OCTAVES_MS = Array.from({ length: 11 }, (_, octave) => 30_000 * 4 ** octave);
const STRENGTH = 0.75;

/** The price of a symbol as a pure function of the seed and the clock, so every question has one answer for ever. */
export class RandomWalk {
  readonly #symbolSeed: number;

  constructor(
    readonly symbol: SpotSymbol,
    seed: number,
  ) {
    this.#symbolSeed = hashText(symbol.id, seed);
  }

  /** Unrounded price at a moment, in the quote asset. */
  priceAt(timeMs: number): number {
    let logReturn = 0;
    OCTAVES_MS.forEach((periodMs, octave) => {
      const position = timeMs / periodMs;
      const index = Math.floor(position);
      const fraction = position - index;
      const smooth = fraction * fraction * (3 - 2 * fraction);
      const from = this.#lattice(octave, index);
      const noise = from + (this.#lattice(octave, index + 1) - from) * smooth;
      logReturn += noise * Math.sqrt(periodMs / DAY_MS) * this.symbol.dailyVolatility * STRENGTH;
    });
    return this.symbol.startPrice * Math.exp(logReturn);
  }

  /** A number in [0, 1) that belongs to a slot of time: volumes, trade counts, spreads. */
  chanceAt(purpose: number, slot: number): number {
    return (this.#lattice(100 + purpose, slot) + 1) / 2;
  }

  #lattice(octave: number, index: number): number {
    const low = mix(this.#symbolSeed ^ Math.imul(octave + 1, 0x9e3779b1) ^ (index | 0));
    return mix(low ^ Math.imul(Math.floor(index / 2 ** 32) | 0, 0x85ebca6b)) / 2 ** 31 - 1;
  }
}

/** Finaliser of MurmurHash3: every bit of the input moves half the bits of the result. */
export function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function hashText(text: string, seed: number): number {
  let hash = mix(seed);
  for (let index = 0; index < text.length; index++) hash = mix(hash ^ text.charCodeAt(index));
  return hash;
}
