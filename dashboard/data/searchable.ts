const CONTROL = /\p{Cc}/gu;

/** What somebody typed, as a database can look for it: Postgres knows no NUL, and no name holds a control character. */
export function searchable(text: string, maxLength: number): string {
  return text.replace(CONTROL, '').trim().slice(0, maxLength);
}
