import { createHash, randomBytes } from 'node:crypto';

export interface Canary {
  /** Where it was planted, for the message of a failure. */
  readonly place: string;
  readonly text: string;
}

const digits = (bytes: number) => randomBytes(bytes).toString('hex');

/** A word that is nowhere else, so that finding it anywhere means that its place leaks. */
export function canary(place: string): Canary {
  return { place, text: `cnry${digits(8)}` };
}

/** The places whose canary is in `output`, as it is or in a form that anybody can undo or guess. */
export function leaksIn(output: string, canaries: readonly Canary[]): string[] {
  const lower = output.toLowerCase();
  return canaries
    .filter(({ text }) => formsOf(text).some((form) => output.includes(form)) || lower.includes(text.toLowerCase()))
    .map(({ place }) => place);
}

function formsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  // A hash without a key is as good as the text to somebody who can guess it.
  const digest = createHash('sha256').update(text).digest();
  const hashes = [digest.toString('hex').slice(0, 24), digest.toString('base64').slice(0, 20)];
  return [text, bytes.toString('hex'), ...hashes, ...[0, 1, 2].flatMap((shift) => base64At(bytes, shift))];
}

/** What base64 makes of it behind `shift` other bytes, without the digits that its neighbours have a part in. */
function base64At(bytes: Buffer, shift: number): string[] {
  const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
  const from = Math.ceil((shift * 8) / 6);
  const to = Math.floor((padded.length * 8) / 6);
  return (['base64', 'base64url'] as const).map((encoding) => padded.toString(encoding).slice(from, to));
}
