const CODES = /^(P10\d\d|P2024|P2028|ECONN\w+|ETIMEDOUT|57P0[1-3]|57014|08\d{3})$/;
const WORDS =
  /DatabaseNotReachable|ConnectionClosed|SocketTimeout|statement timeout|Query read timeout|timeout exceeded when trying to connect|Connection terminated/;

/** Whether the database did not answer, or not in time; false where it refused what was asked. Causes are looked at, too. */
export function isDatabaseOutage(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (CODES.test(String((at as { code?: unknown }).code ?? ''))) return true;
    if (WORDS.test(`${at.name} ${at.message}`)) return true;
  }
  return false;
}
