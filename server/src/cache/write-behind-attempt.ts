/** What an attempt came to. `reason` is a class of failure: the text of an error may hold what no log may. */
export type AttemptOutcome =
  | { readonly kind: 'persisted' }
  | { readonly kind: 'failed'; readonly reason: string }
  /** Broken off from outside, by no fault of the item. */
  | { readonly kind: 'stopped' };

/** What a `persist` that was told to end may still take, so that it does not run on beside the next attempt. */
const ENDING_MS = 1_000;

/** Runs `persist` until it ends, its time is up or `stop` aborts; never rejects. One that ignores its signal is left behind. */
export async function attemptPersist(
  persist: (signal: AbortSignal) => unknown,
  timeoutMs: number,
  stop: AbortSignal,
): Promise<AttemptOutcome> {
  if (stop.aborted) return { kind: 'stopped' };
  const abort = new AbortController();
  const ended = run(persist, abort.signal);
  let timer: NodeJS.Timeout | undefined;
  let onStop = () => {};
  const cut = new Promise<AttemptOutcome>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'failed', reason: 'timeout' }), timeoutMs).unref();
    onStop = () => resolve({ kind: 'stopped' });
    stop.addEventListener('abort', onStop);
  });
  const first = await Promise.race([ended.then(() => undefined), cut]);
  clearTimeout(timer);
  stop.removeEventListener('abort', onStop);
  if (first === undefined) return ended;
  abort.abort();
  const late = new Promise<AttemptOutcome>((resolve) => {
    timer = setTimeout(() => resolve(first), ENDING_MS);
  });
  // What a persist says of being told to end is no failure of its own.
  const outcome = await Promise.race([ended.then((end) => (end.kind === 'persisted' ? end : first)), late]);
  clearTimeout(timer);
  return outcome;
}

async function run(persist: (signal: AbortSignal) => unknown, signal: AbortSignal): Promise<AttemptOutcome> {
  try {
    await persist(signal);
    return { kind: 'persisted' };
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error) };
  }
}

/** The error's code or name, where that is a word: `ECONNREFUSED`, `P2002`, `TypeError`. */
function reasonOf(error: unknown): string {
  const { code, name } = Object(error) as { code?: unknown; name?: unknown };
  for (const word of [code, name])
    if (typeof word === 'string' && /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(word)) return word;
  return 'error';
}
