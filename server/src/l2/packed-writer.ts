/** Below this length a loop over ASCII is faster than a call into the engine. */
const SHORT = 48;

/**
 * Big-endian numbers, texts and bytes, one behind the other, in one buffer: what a script unpacks in one go costs both
 * sides less than an argument each. Room in front is kept for whoever must write a head once the length is known.
 */
export class PackedWriter {
  #buffer: Buffer;
  #at: number;
  readonly #start: number;

  /** @param expectedBytes an estimate; the buffer grows where it is too low */
  constructor(headBytes: number, expectedBytes: number) {
    this.#buffer = Buffer.allocUnsafe(headBytes + expectedBytes);
    this.#start = headBytes;
    this.#at = headBytes;
  }

  get length(): number {
    return this.#at - this.#start;
  }

  u8(value: number): void {
    this.#need(1);
    this.#buffer[this.#at++] = value;
  }

  u16(value: number): void {
    this.#need(2);
    this.#at = this.#buffer.writeUInt16BE(value, this.#at);
  }

  u32(value: number): void {
    this.#need(4);
    this.#at = this.#buffer.writeUInt32BE(value, this.#at);
  }

  u48(value: number): void {
    this.#need(6);
    this.#at = this.#buffer.writeUIntBE(value, this.#at, 6);
  }

  double(value: number): void {
    this.#need(8);
    this.#at = this.#buffer.writeDoubleBE(value, this.#at);
  }

  /** Behind its length in one byte. */
  text8(text: string): void {
    const at = this.#at;
    this.#need(1 + text.length * 3);
    this.#at++;
    this.#buffer[at] = this.#text(text);
  }

  /** Behind its length in two bytes. */
  text16(text: string): void {
    const at = this.#at;
    this.#need(2 + text.length * 3);
    this.#at += 2;
    this.#buffer.writeUInt16BE(this.#text(text), at);
  }

  ascii(text: string): void {
    this.#need(text.length);
    this.#at += this.#buffer.write(text, this.#at, 'latin1');
  }

  bytes(bytes: Buffer): void {
    this.#need(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Leaves room for the length of what follows, to be given to `closeU32`. */
  reserveU32(): number {
    this.#need(4);
    this.#at += 4;
    return this.#at;
  }

  closeU32(at: number): void {
    this.#buffer.writeUInt32BE(this.#at - at, at - 4);
  }

  /** A part of what was written. */
  part(from: number, to: number): Buffer {
    return this.#buffer.subarray(this.#start + from, this.#start + to);
  }

  /** What was written, with an ASCII text of at most `headBytes` before it and one behind it. */
  framed(head: string, tail: string): Buffer {
    const start = this.#start - head.length;
    this.#need(tail.length);
    this.#buffer.write(head, start, 'latin1');
    this.#buffer.write(tail, this.#at, 'latin1');
    return this.#buffer.subarray(start, this.#at + tail.length);
  }

  #text(text: string): number {
    const buffer = this.#buffer;
    const from = this.#at;
    if (text.length <= SHORT) {
      let index = 0;
      for (; index < text.length; index++) {
        const code = text.charCodeAt(index);
        if (code > 0x7f) break;
        buffer[from + index] = code;
      }
      if (index === text.length) {
        this.#at = from + index;
        return index;
      }
    }
    const length = buffer.write(text, from);
    this.#at = from + length;
    return length;
  }

  #need(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}
