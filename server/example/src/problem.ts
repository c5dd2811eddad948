/**
 * An answer that is not a success, as RFC 9457 spells it. `message` is for the client; `code` does not change where that is
 * worded anew.
 */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly errors?: readonly { field: string; message: string }[],
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

export function problem(status: number, code: string, message: string, cause?: unknown): Problem {
  return new Problem(status, code, message, undefined, cause);
}
