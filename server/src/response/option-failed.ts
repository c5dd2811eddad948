/** A function among the options that threw, or gave what it may not. */
export class OptionFailed extends Error {
  override readonly name = 'OptionFailed';

  constructor(
    readonly where: 'key' | 'tags' | 'skip',
    cause: unknown,
  ) {
    super(`The option ${where} of response() failed.`, { cause });
  }
}

/** @throws OptionFailed */
export function askOption<T>(where: OptionFailed['where'], ask: () => T): T {
  try {
    return ask();
  } catch (cause) {
    throw new OptionFailed(where, cause);
  }
}
