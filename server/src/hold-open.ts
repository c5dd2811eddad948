interface Closable {
  close(): Promise<void>;
}

/** How many caches of this process use each. */
const users = new WeakMap<Closable, number>();

/**
 * Counts one more user of what the application may have given to several caches. Answers what lets it go: the last user's
 * closes it.
 */
export function holdOpen(given: Closable): () => Promise<void> {
  users.set(given, (users.get(given) ?? 0) + 1);
  return async () => {
    const left = (users.get(given) ?? 1) - 1;
    users.set(given, left);
    if (left === 0) await given.close();
  };
}
