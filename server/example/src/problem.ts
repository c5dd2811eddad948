/** An answer that is not a success, as RFC 9457 spells it. `message` is for the client. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly errors?: readonly { field: string; message: string }[],
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

export function problem(status: number, message: string, cause?: unknown): Problem {
  return new Problem(status, message, undefined, cause);
}
