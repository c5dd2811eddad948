// @ts-check

/** npm forwards the signal that the terminal has sent already; only a later one is a second wish. */
const SAME_WISH_MS = 1_000;
const PARENT_CHECK_MS = 1_000;

/**
 * Turns the ways to ask for the end into two calls.
 * @param {{ onFirst: (reason: string) => void, onSecond: () => void }} calls
 */
export function listenForTheEnd({ onFirst, onSecond }) {
  let firstAt = Number.NaN;
  /** @param {string} reason */
  const wish = (reason) => {
    if (Number.isNaN(firstAt)) {
      firstAt = performance.now();
      onFirst(reason);
    } else if (performance.now() - firstAt > SAME_WISH_MS) {
      onSecond();
    }
  };
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(name, () => wish(name));
  watchParent(() => wish('npm has ended'));
}

/** npm, or the shell between npm and us, can be killed without a signal reaching us. @param {() => void} onGone */
function watchParent(onGone) {
  const parent = process.ppid;
  if (!process.env.npm_lifecycle_event || parent <= 1) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, PARENT_CHECK_MS);
  timer.unref();
}
