import type { UsagePart } from '../core/usage-part.js';

/** A part as this process holds it, and where it is known to be by now. A later value of it is another one. */
export class KeptPart {
  /** Incarnation of the journal that has it. */
  journalledIn: number | undefined;
  merged = false;

  constructor(readonly part: UsagePart) {}

  get endsMs(): number {
    return this.part.bucketStartMs + this.part.bucketMs;
  }

  /** Whether it outlives this process. @param incarnation of the journal as it is now, undefined where there is none */
  isSafe(incarnation: number | undefined): boolean {
    return this.merged || (incarnation !== undefined && this.journalledIn === incarnation);
  }
}
