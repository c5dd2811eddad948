/** Keys of an account in Redis, spelt without the code under test. A dataset's account has a colon in its name. */
export function speltMeta(account: string, kind: string): string {
  return account.includes(':') ? `meta:${account}:${kind}` : `meta:{${account}}:${kind}`;
}

/** What the keys of its entries begin with. */
export function speltPrefix(account: string): string {
  return account.includes(':') ? `${account}:` : `tenant:{${account}}:`;
}
