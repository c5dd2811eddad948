// @ts-check

/** A foreseen failure: its message is the one sentence the reader gets, without a stack. */
export class Trouble extends Error {
  /**
   * @param {string} message what went wrong and what to do
   * @param {string} [detail] lines worth showing below it, such as the end of a log
   */
  constructor(message, detail) {
    super(message);
    this.name = 'Trouble';
    this.detail = detail;
  }
}

/** @param {unknown} error prints it to stderr: a sentence where it was foreseen, the stack where it was not */
export function report(error) {
  if (error instanceof Trouble) {
    if (error.detail) process.stderr.write(`${error.detail.trimEnd()}\n\n`);
    process.stderr.write(`${error.message}\n`);
  } else {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  }
}

/** @param {unknown} error @returns {string | undefined} the system's code, such as ENOENT */
export function systemCode(error) {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}
